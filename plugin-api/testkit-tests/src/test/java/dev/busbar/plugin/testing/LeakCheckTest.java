package dev.busbar.plugin.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The check on platforms that leak each in its own way. Test and platform meet in the system properties, which both see,
 * by JDK types only: the classes of the platform are loaded anew each time.
 */
final class LeakCheckTest {
    private static final String END = "busbar.test.end";
    private static final String HOOKS = "busbar.test.hooks";
    private static final String STARTER = "busbar.test.starter";

    private final CountDownLatch end = new CountDownLatch(1);
    private final Queue<Thread> hooks = new ConcurrentLinkedQueue<>();
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @BeforeEach
    void meet() {
        System.getProperties().put(END, end);
        System.getProperties().put(HOOKS, hooks);
        // by a thread that was there before: on JDK 17 one inherits from all whose code is on the stack
        System.getProperties().put(STARTER, (Callable<?>)
                () -> other.submit(this::startThread).get());
        other.execute(() -> {});
    }

    /** Undoes what the platforms have left. */
    @AfterEach
    void part() {
        end.countDown();
        hooks.forEach(Runtime.getRuntime()::removeShutdownHook);
        System.getProperties().remove(END);
        System.getProperties().remove(HOOKS);
        System.getProperties().remove(STARTER);
        other.shutdownNow();
    }

    private void startThread() {
        Thread thread = new Thread(root(), () -> awaitQuietly(end), "idle-" + System.nanoTime());
        thread.setDaemon(true);
        thread.start();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadGroup root() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /** Uses what it is lent, and leaves nothing. */
    public static final class Tidy implements Platform {
        @Override
        public void start(PlatformContext context) {
            context.executor().execute(() -> {});
            context.scheduler().every(Duration.ofMinutes(1), () -> {});
        }

        @Override
        public List<Route> routes() {
            return List.of(Route.get(
                            "/",
                            request -> Response.text(getClass().getClassLoader().getName()))
                    .access(Access.PUBLIC));
        }
    }

    /** Leaves a thread that runs its code, out of sight of the harness's thread group. */
    public static final class Runs implements Platform {
        @Override
        public void start(PlatformContext context) {
            CountDownLatch end = (CountDownLatch) System.getProperties().get(END);
            Thread left = new Thread(root(), () -> awaitQuietly(end), "left");
            left.setContextClassLoader(null);
            left.setDaemon(true);
            left.start();
        }
    }

    /** Has a thread started that knows nothing of it. */
    public static final class Asks implements Platform {
        @Override
        public void start(PlatformContext context) throws Exception {
            ((Callable<?>) System.getProperties().get(STARTER)).call();
        }
    }

    /** Binds its configuration to a type of its own. */
    public static final class Configured implements Platform {
        private record Settings(String text) {}

        private String text = "";

        @Override
        public void start(PlatformContext context) {
            text = context.configuration(Settings.class).text();
        }

        @Override
        public List<Route> routes() {
            return List.of(Route.get("/", request -> Response.text(text)).access(Access.PUBLIC));
        }
    }

    /** Leaves a shutdown hook. */
    @SuppressWarnings("unchecked")
    public static final class Hooks implements Platform {
        @Override
        public void start(PlatformContext context) {
            Thread hook = new Thread(() -> {}, "farewell");
            Runtime.getRuntime().addShutdownHook(hook);
            ((Queue<Thread>) System.getProperties().get(HOOKS)).add(hook);
        }
    }

    /** Does not start. */
    public static final class Fails implements Platform {
        @Override
        public void start(PlatformContext context) throws IOException {
            throw new IOException("no database");
        }
    }

    /** Cannot be made. */
    public static final class Unmade implements Platform {
        /** One that needs something. */
        public Unmade(String needed) {}
    }

    @Test
    void a_tidy_platform_passes_and_is_used_each_time_in_a_loader_of_its_own() throws Exception {
        AtomicInteger used = new AtomicInteger();

        PlatformHarness.requireNoLeaks(Tidy.class, harness -> {
            assertThat(harness.get("/").call().text()).isEqualTo("leak-check-Tidy");
            harness.time().advance(Duration.ofMinutes(2));
            used.incrementAndGet();
        });
        PlatformHarness.requireNoLeaks(Tidy.class);

        assertThat(used).hasValue(20);
    }

    @Test
    void a_platform_is_given_its_configuration_each_time() throws Exception {
        PlatformHarness.requireNoLeaks(Configured.class, "{\"text\": \"set\"}", harness -> assertThat(
                        harness.get("/").call().text())
                .isEqualTo("set"));
    }

    /** Checks a platform whose threads do not end, however long the check waits. */
    private static void check(Class<? extends Platform> platform) throws Exception {
        new LeakCheck(platform, "{}", harness -> {}, TimeUnit.MILLISECONDS.toNanos(300)).run();
    }

    @Test
    void a_thread_that_runs_its_code_is_named_with_its_frame() {
        assertThatThrownBy(() -> check(Runs.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LeakCheckTest$Runs stays in memory after close(): 20 of 20")
                .hasMessageContaining("held by thread \"left\" at ");
    }

    @Test
    void a_thread_more_each_time_is_told_even_if_it_holds_nothing() {
        assertThatThrownBy(() -> check(Asks.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(
                        "LeakCheckTest$Asks leaves a thread behind after each close(): 20 like thread \"idle-");
    }

    @Test
    void a_holder_that_is_no_thread_is_unknown() {
        assertThatThrownBy(() -> PlatformHarness.requireNoLeaks(Hooks.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LeakCheckTest$Hooks stays in memory after close(): 20 of 20")
                .hasMessageContaining("held by holder unknown");
    }

    @Test
    void what_the_platform_throws_and_what_the_exercise_asserts_fails_the_test_as_it_is() {
        assertThatThrownBy(() -> PlatformHarness.requireNoLeaks(Fails.class))
                .isInstanceOf(IOException.class)
                .hasMessage("no database");
        assertThatThrownBy(() -> PlatformHarness.requireNoLeaks(
                        Tidy.class, harness -> assertThat(harness.routes()).isEmpty()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("GET /");
    }

    @Test
    void a_platform_that_the_host_could_not_make_is_refused() {
        assertThatThrownBy(() -> PlatformHarness.requireNoLeaks(Unmade.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Unmade")
                .hasMessageContaining("public constructor without arguments");
    }

    /** Drops an executor of its own without shutting it down. */
    public static final class ExecutorPlatform implements Platform {
        private @Nullable ExecutorService executor;

        @Override
        public void start(PlatformContext context) {
            executor = Executors.newFixedThreadPool(1);
            executor.execute(() -> {});
        }

        @Override
        public void close() {
            executor = null;
        }
    }

    @Test
    void an_executor_that_is_not_shut_down_still_fails() throws Exception {
        PlatformHarness harness = PlatformHarness.start(new ExecutorPlatform());

        assertThatThrownBy(harness::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("leaves threads behind")
                .hasMessageContaining("LinkedBlockingQueue.take");
        assertThatThrownBy(() -> check(ExecutorPlatform.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ThreadPoolExecutor.getTask");
    }
}
