package dev.busbar.host.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.threads.BoundedPool;
import dev.busbar.host.threads.Threads;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread that is created by a call of a plugin inherits nothing of the plugin. */
final class InheritanceTest {
    private static final String STARTER = "busbar.test.starter";

    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void end() {
        System.getProperties().remove(STARTER);
        end.countDown();
    }

    static Stream<Named<Consumer<Runnable>>> starters() {
        return Stream.of(
                Named.of("a bounded pool", task -> assertThat(
                                new BoundedPool("inherits", InheritanceTest.class.getClassLoader(), 1, 1).offer(task))
                        .isTrue()),
                Named.of("idling threads", task -> run(Threads.idling("inherits", 1), task)),
                Named.of("unbounded threads", task -> run(Threads.unbounded("inherits"), task)),
                Named.of("a timer", task -> run(Threads.timer("inherits"), task)),
                Named.of("a thread", task -> Threads.start("inherits", task)));
    }

    private static void run(ExecutorService threads, Runnable task) {
        threads.execute(task);
        threads.shutdown();
    }

    @ParameterizedTest
    @MethodSource("starters")
    void a_thread_does_not_keep_the_class_loader_of_the_plugin_that_caused_it(Consumer<Runnable> starter)
            throws Exception {
        System.getProperties().put(STARTER, (Runnable) () -> starter.accept(this::block));

        WeakReference<ClassLoader> loader = callOfPlugin();
        running.await();

        await().untilAsserted(() -> {
            System.gc();
            assertThat(loader.get()).isNull();
        });
        assertThat(end.getCount()).as("the thread still runs").isOne();
    }

    private static WeakReference<ClassLoader> callOfPlugin() throws Exception {
        Alien plugin = Alien.with("((Runnable) System.getProperties().get(\"" + STARTER + "\")).run(); return null;");
        plugin.call();
        return new WeakReference<>(plugin);
    }

    private void block() {
        running.countDown();
        boolean open = false;
        while (!open) {
            try {
                end.await();
                open = true;
            } catch (InterruptedException e) {
                open = end.getCount() == 0;
            }
        }
    }
}
