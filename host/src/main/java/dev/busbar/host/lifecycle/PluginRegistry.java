package dev.busbar.host.lifecycle;

import dev.busbar.host.signal.Signal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * All plugins with their views, and the listeners of their changes. Confined to the thread that decides, but for
 * {@link #list}, {@link #find} and the registration of listeners, which any thread may call.
 */
final class PluginRegistry {
    private final Executor thread;
    private final Runnable onApplied;
    private final ConcurrentMap<String, PluginView> views = new ConcurrentHashMap<>();
    private final Map<String, PluginController> controllers = new HashMap<>();
    private final Requirements requirements = new Requirements(controllers);
    private final List<CompletableFuture<Void>> untilIdle = new ArrayList<>();
    private final Signal<PluginView> changes = new Signal<>("plugin changed");
    private final Signal<SwapEnded> swaps = new Signal<>("swap ended");
    private boolean reconsidering;

    /**
     * A registry without plugins.
     *
     * @param thread the thread that decides
     * @param onApplied called after each request
     */
    PluginRegistry(Executor thread, Runnable onApplied) {
        this.thread = thread;
        this.onApplied = onApplied;
    }

    List<PluginView> list() {
        return views.values().stream()
                .sorted(Comparator.comparing(PluginView::id))
                .toList();
    }

    Optional<PluginView> find(String id) {
        return Optional.ofNullable(views.get(id));
    }

    /** Adds a listener of every change of a plugin; called on the thread that decides. */
    void onChange(Consumer<PluginView> listener) {
        changes.listen(listener);
    }

    /** Adds a listener of the end of every swap; called on the thread that decides. */
    void onSwapEnded(Consumer<SwapEnded> listener) {
        swaps.listen(listener);
    }

    void swapEnded(SwapEnded event) {
        swaps.emit(event);
    }

    boolean knows(String id) {
        return controllers.containsKey(id);
    }

    /** The controller of a plugin, created where there is none. */
    PluginController controller(String id, Tools tools) {
        return controllers.computeIfAbsent(id, key -> new PluginController(key, tools));
    }

    Requirements requirements() {
        return requirements;
    }

    /** Returns whether a plugin shows a digest, or has it as its pending target. */
    boolean uses(String sha256) {
        return controllers.values().stream().anyMatch(controller -> controller.uses(sha256));
    }

    /** Something about a plugin has changed. */
    void changed(String id) {
        PluginController controller = controllers.get(id);
        if (controller == null) {
            return;
        }
        PluginView view = controller.status().view();
        if (controller.isForgotten()) {
            views.remove(id);
            controllers.remove(id);
        } else {
            views.put(id, view);
        }
        changes.emit(view);
    }

    /** A request was applied or refused: plugins that wait for a platform are reconsidered, in a step of their own. */
    void applied() {
        onApplied.run();
        if (!reconsidering) {
            reconsidering = true;
            thread.execute(() -> {
                reconsidering = false;
                List.copyOf(controllers.values()).forEach(PluginController::reconsider);
                notifyIdle();
            });
        }
    }

    /** Completes when nothing is under way for any plugin, not even for one that had waited for another. */
    CompletableFuture<Void> idle() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        thread.execute(() -> {
            untilIdle.add(idle);
            notifyIdle();
        });
        return idle;
    }

    private void notifyIdle() {
        if (!reconsidering && controllers.values().stream().allMatch(PluginController::isIdle)) {
            untilIdle.forEach(idle -> idle.complete(null));
            untilIdle.clear();
        }
    }
}
