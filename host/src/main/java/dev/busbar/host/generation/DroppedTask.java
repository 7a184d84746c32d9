package dev.busbar.host.generation;

import java.lang.reflect.Field;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletableFuture.AsynchronousCompletionTask;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Tells those who wait for a task that it will not run: a {@link FutureTask} is cancelled, the future of a task of {@link
 * CompletableFuture} completes exceptionally. Anything else has nobody who waits. Stateless; called on a thread that may
 * run the plugin's code, because a future runs what depends on it.
 */
final class DroppedTask {
    /** The future of a task of {@link CompletableFuture}, in all its classes of such tasks, which do not show it. */
    private static final String FUTURE = "dep";

    private DroppedTask() {}

    /** Cancels a task whose future runs no code of the plugin; others are left alone. */
    static void cancel(Runnable task) {
        if (task.getClass() == FutureTask.class) { // the cancel() of a subclass would be code of the plugin
            ((FutureTask<?>) task).cancel(false);
        }
    }

    /** Cancels a task, or completes its future. */
    static void tell(Runnable task, String why) {
        cancel(task);
        if (task instanceof AsynchronousCompletionTask) {
            future(task).ifPresent(future -> {
                boolean unused = future.completeExceptionally(new RejectedExecutionException(why));
            });
        }
    }

    /** Empty where the JVM does not open the package; {@code bin/busbar} does. */
    private static Optional<CompletableFuture<?>> future(Runnable task) {
        for (Class<?> type = task.getClass(); type != null; type = type.getSuperclass()) {
            try {
                Field field = type.getDeclaredField(FUTURE);
                return field.trySetAccessible() && field.get(task) instanceof CompletableFuture<?> future
                        ? Optional.of(future)
                        : Optional.empty();
            } catch (NoSuchFieldException e) {
                // one of its parents has it
            } catch (IllegalAccessException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
