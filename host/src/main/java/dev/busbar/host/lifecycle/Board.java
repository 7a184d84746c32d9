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
 * All plugins, and what is shown of them. Confined to the thread that decides, but for {@link #list}, {@link #find} and
 * {@link #onChange}, which any thread may call.
 */
final class Board {
    private final Executor decider;
    private final ConcurrentMap<String, PluginView> views = new ConcurrentHashMap<>();
    private final Map<String, Slot> slots = new HashMap<>();
    private final Requirements requirements = new Requirements(slots);
    private final List<CompletableFuture<Void>> untilIdle = new ArrayList<>();
    private boolean reconsidering;
    private final Signal<PluginView> changes = new Signal<>("plugin changed");

    Board(Executor decider) {
        this.decider = decider;
    }

    List<PluginView> list() {
        return views.values().stream()
                .sorted(Comparator.comparing(PluginView::id))
                .toList();
    }

    Optional<PluginView> find(String id) {
        return Optional.ofNullable(views.get(id));
    }

    /** Adds a listener of every change; called on the thread that decides. */
    void onChange(Consumer<PluginView> listener) {
        changes.listen(listener);
    }

    boolean knows(String id) {
        return slots.containsKey(id);
    }

    Slot slot(String id, Decider surroundings) {
        return slots.computeIfAbsent(id, key -> new Slot(key, surroundings));
    }

    Requirements requirements() {
        return requirements;
    }

    /** Whether some plugin shows a digest, or goes for it. */
    boolean isAfter(String sha256) {
        return slots.values().stream().anyMatch(slot -> slot.isAfter(sha256));
    }

    void changed(String id) {
        Slot slot = slots.get(id);
        if (slot == null) {
            return;
        }
        PluginView view = slot.standing().view();
        if (slot.isForgotten()) {
            views.remove(id);
            slots.remove(id);
        } else {
            views.put(id, view);
        }
        changes.emit(view);
    }

    /** Some intent was applied or refused: those that wait for a platform are looked at again, in a turn of their own. */
    void applied() {
        if (!reconsidering) {
            reconsidering = true;
            decider.execute(() -> {
                reconsidering = false;
                List.copyOf(slots.values()).forEach(Slot::reconsider);
                tellIdle();
            });
        }
    }

    /** Completes when nothing is under way for any plugin: who waited for another may just have been set going. */
    CompletableFuture<Void> idle() {
        CompletableFuture<Void> idle = new CompletableFuture<>();
        decider.execute(() -> {
            untilIdle.add(idle);
            tellIdle();
        });
        return idle;
    }

    private void tellIdle() {
        if (!reconsidering && slots.values().stream().allMatch(Slot::isIdle)) {
            untilIdle.forEach(idle -> idle.complete(null));
            untilIdle.clear();
        }
    }
}
