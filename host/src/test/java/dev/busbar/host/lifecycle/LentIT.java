package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answer;
import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.generation.GenerationState;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The resources that are lent to a plugin, while it runs and after. Test and plugin meet in the system properties, which both see: the
 * plugin puts there what the test is to look at, by JDK types only.
 */
final class LentIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--swap.closeLimit=1s", "--swap.drainMargin=200ms");

    private static final String SEEN = "busbar.test.seen";
    private static final String KEEP =
            "@Override public void start(PlatformContext c) throws Exception { context = c; %s }"
                    + " static PlatformContext context;"
                    + " @SuppressWarnings(\"unchecked\") static Map<String, Object> seen() {"
                    + " return (Map<String, Object>) System.getProperties().get(\"" + SEEN + "\"); }";

    private final Map<String, Object> seen = new ConcurrentHashMap<>();
    private TestHost host;

    @BeforeEach
    void begin() {
        Properties properties = System.getProperties();
        properties.put(SEEN, seen);
        host = HOSTS.host();
    }

    @AfterEach
    void forget() {
        System.getProperties().remove(SEEN);
        seen.clear();
    }

    private static PluginJar lent(String atStart) {
        return answering("billing", "1.0.0").members(KEEP.formatted(atStart));
    }

    @SuppressWarnings("unchecked")
    private static Object call(Object callable) throws Exception {
        return ((Callable<Object>) callable).call();
    }

    private void retired(long generation) {
        await().untilAsserted(() -> assertThat(HOSTS.plugins().generations("billing"))
                .filteredOn(view -> view.generation() == generation)
                .extracting(GenerationView::state)
                .containsExactly(GenerationState.RETIRED));
    }

    @Test
    void the_context_tells_the_plugin_who_it_is() throws Exception {
        host.install(lent("seen().put(\"who\", c.id() + \" \" + c.version() + \" \" + c.generation() + \" \""
                + " + c.logger().getName() + \" \" + c.clock().getZone());"));

        long generation = HOSTS.plugins().find("billing").orElseThrow().generation();
        assertThat(seen.get("who")).isEqualTo("billing 1.0.0 " + generation + " platform.billing Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id()",
                "version()",
                "generation()",
                "clock()",
                "logger()",
                "scratch()",
                "executor()",
                "scheduler()"
            })
    void after_retirement_the_context_lends_nothing(String what) throws Exception {
        host.install(
                lent("Callable<Object> late = () -> context." + what + "; late.call(); seen().put(\"late\", late);"));
        long generation = HOSTS.plugins().find("billing").orElseThrow().generation();

        host.remove("billing");
        retired(generation);

        assertThatThrownBy(() -> call(seen.get("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("billing#" + generation + " has retired");
        seen.clear();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return scheduler.after(Duration.ZERO, () -> { })",
                "return scheduler.every(Duration.ofSeconds(1), () -> { })"
            })
    void after_retirement_what_was_lent_before_does_nothing(String what) throws Exception {
        host.install(lent("TaskScheduler scheduler = c.scheduler();" + " Callable<Object> late = () -> { " + what
                + "; }; late.call(); seen().put(\"late\", late);"));
        long generation = HOSTS.plugins().find("billing").orElseThrow().generation();

        host.remove("billing");
        retired(generation);

        assertThatThrownBy(() -> call(seen.get("late"))).isInstanceOf(RejectedExecutionException.class);
        seen.clear();
    }

    @Test
    void the_context_may_be_used_until_close_has_returned() throws Exception {
        host.install(lent("").members(
                        "@Override public void close() throws Exception { seen().put(\"closing\", context.id()); }"));

        host.remove("billing");

        await().untilAsserted(() -> assertThat(seen.get("closing")).isEqualTo("billing"));
    }

    @Test
    void the_context_class_loader_is_the_plugins_wherever_its_code_runs() throws Exception {
        String see = "seen().put(\"%s\", Thread.currentThread().getContextClassLoader()"
                + " == TestPlatform.class.getClassLoader());";
        host.install(answering("billing", "1.0.0")
                .members(KEEP.formatted(see.formatted("start")
                        + "c.executor().execute(() -> {" + see.formatted("executor") + "});"
                        + "c.scheduler().after(Duration.ZERO, () -> {" + see.formatted("scheduler") + "});"))
                .members(
                        "@Override public List<HealthCheck> healthChecks() { return List.of(HealthCheck.of(\"x\", () -> {"
                                + see.formatted("check") + " return HealthCheck.Health.pass(); })); }")
                .members("static String handle() {" + see.formatted("handler") + " return \"\"; }")
                .members("@Override public void close() {" + see.formatted("close") + "}")
                .route(answer("/handle", "handle()")));
        host.get("/api/billing/handle");
        await().untilAsserted(() -> assertThat(seen).containsKeys("executor", "scheduler"));

        host.remove("billing");

        await().untilAsserted(() ->
                assertThat(seen).containsOnlyKeys("start", "check", "executor", "scheduler", "handler", "close"));
        assertThat(seen.values()).containsOnly(true);
    }

    @Test
    void a_schedule_ticks_only_while_its_generation_is_the_primary_one() throws Exception {
        String ticking = "c.scheduler().every(Duration.ofMillis(10), () -> seen().merge(\"%s\", 1,"
                + " (a, b) -> (Integer) a + 1));";
        host.install(lent(ticking.formatted("first")));
        await().untilAsserted(() -> assertThat(seen).containsKey("first"));

        host.install(answering("billing", "2.0.0")
                .members(KEEP.formatted(ticking.formatted("second") + "seen().put(\"firstTicks\", 0);"
                        + " new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);"
                        + " seen().put(\"early\", seen().containsKey(\"second\"));")));
        await().untilAsserted(() -> assertThat(seen).containsKey("second"));
        retired(HOSTS.plugins().find("billing").orElseThrow().generation() - 1);
        seen.remove("first");

        assertThat(seen.get("early")).isEqualTo(false);
        Object now = seen.get("second");
        await().untilAsserted(() -> assertThat(seen.get("second")).isNotEqualTo(now));
        assertThat(seen).doesNotContainKey("first");
    }

    @Test
    void a_schedule_continues_after_a_tick_that_threw_and_ends_when_it_is_cancelled() throws Exception {
        host.install(lent("TaskScheduler.Task[] task = new TaskScheduler.Task[1];"
                + " task[0] = c.scheduler().every(Duration.ofMillis(10), () -> {"
                + " int n = (Integer) seen().merge(\"ticks\", 1, (a, b) -> (Integer) a + 1);"
                + " if (n == 3) { task[0].cancel(); }"
                + " throw new IllegalStateException(\"tick\" + n); });"));

        await().untilAsserted(() -> assertThat(seen.get("ticks")).isEqualTo(3));
        await().untilAsserted(() -> assertThat(
                        HOSTS.plugins().generations("billing").get(0).loans())
                .isZero());
        await().during(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(seen.get("ticks")).isEqualTo(3));
    }

    @Test
    void an_interval_that_is_too_short_is_refused() throws Exception {
        var refused = host.install(lent("c.scheduler().every(Duration.ofMillis(1), () -> { });"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("PT0.001S", "at least PT0.01S");
    }

    @Test
    void a_task_under_way_holds_a_lease_that_a_swap_waits_for() throws Exception {
        host.install(lent("c.executor().execute(() -> { seen().put(\"in\", 1);"
                + " while (!seen().containsKey(\"go\")) { Thread.onSpinWait(); } seen().put(\"out\", 1); });"));
        await().untilAsserted(() -> assertThat(seen).containsKey("in"));

        host.install(answering("billing", "2.0.0"));
        GenerationView draining = HOSTS.plugins().generations("billing").get(1);
        assertThat(draining.state()).isEqualTo(GenerationState.DRAINING);
        assertThat(draining.leases()).isEqualTo(1);
        seen.put("go", 1);

        retired(draining.generation());
        assertThat(seen).containsKey("out");
    }

    /** Occupies the background threads until the test says so, and queues two tasks behind. */
    private static PluginJar busy(String whileBusy, String deadline) {
        String start = "Executor executor = c.executor(); TaskScheduler scheduler = c.scheduler();"
                + " seen().put(\"execute\", (Runnable) () -> executor.execute(() -> { }));"
                + " seen().put(\"after\", (Runnable) () -> scheduler.after(Duration.ZERO, () -> { }));"
                + " seen().put(\"every\", (Runnable) () -> scheduler.every(Duration.ofSeconds(1), () -> { }));"
                + " for (int i = 0; i < 20; i++) { executor.execute(() -> { seen().put(\"in\", 1); " + whileBusy
                + " }); }"
                + " FutureTask<Integer> queued = new FutureTask<>(() -> 1);"
                + " FutureTask<Integer> later = new FutureTask<>(() -> 1);"
                + " scheduler.after(Duration.ofHours(1), later); seen().put(\"later\", later);"
                + " executor.execute(queued); seen().put(\"queued\", queued);"
                + " seen().put(\"supplied\", CompletableFuture.supplyAsync(() -> 1, executor));"
                + " seen().put(\"chained\", CompletableFuture.completedFuture(1).thenApplyAsync(n -> n + 1, executor));";
        return PluginJar.named("billing")
                .members(KEEP.formatted(start))
                .route(answer("/", "\"\"") + ".deadline(Duration.parse(\"" + deadline + "\"))");
    }

    private void rejectsTasks(String why) {
        for (String late : List.of("execute", "after", "every")) {
            assertThatThrownBy(() -> ((Runnable) seen.get(late)).run())
                    .as(late)
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void tasks_are_rejected_once_their_generation_drains_and_those_accepted_before_run() throws Exception {
        host.install(busy(
                "while (!seen().containsKey(\"go\")) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }",
                "PT30S"));
        await().untilAsserted(() -> assertThat(seen).containsKey("in"));

        host.install(answering("billing", "2.0.0"));
        long draining = HOSTS.plugins().generations("billing").get(1).generation();

        rejectsTasks("draining");
        seen.put("go", 1);
        assertThat(((Future<?>) seen.get("queued")).get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(((Future<?>) seen.get("supplied")).get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(((Future<?>) seen.get("chained")).get(10, TimeUnit.SECONDS)).isEqualTo(2);
        retired(draining);
        rejectsTasks("draining");
        assertThat(((Future<?>) seen.get("later")).isCancelled()).isTrue();
        seen.clear();
    }

    @Test
    void whoever_waits_for_a_task_that_is_dropped_at_the_drain_limit_learns_of_it() throws Exception {
        host.install(busy(
                "while (!seen().containsKey(\"go\")) { java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); Thread.interrupted(); }",
                "PT0.1S"));
        await().untilAsserted(() -> assertThat(seen).containsKey("in"));

        host.remove("billing");

        CompletableFuture<?> supplied = (CompletableFuture<?>) seen.get("supplied");
        CompletableFuture<?> chained = (CompletableFuture<?>) seen.get("chained");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(((Future<?>) seen.get("queued")).isCancelled())
                        .isTrue());
        await().untilAsserted(() -> assertThat(supplied).isCompletedExceptionally());
        assertThatThrownBy(supplied::join)
                .hasCauseInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("was dropped");
        assertThatThrownBy(chained::join).hasCauseInstanceOf(RejectedExecutionException.class);
        seen.put("go", 1);
        seen.keySet().retainAll(List.of("go"));
    }

    @Test
    void an_executor_that_is_full_says_so() throws Exception {
        host.install(lent("try { for (int i = 0; i < 1_000; i++) { c.executor().execute(() -> {"
                + " while (!seen().containsKey(\"go\")) { Thread.onSpinWait(); } }); } }"
                + " catch (RejectedExecutionException e) { seen().put(\"full\", e.getMessage()); }"
                + " seen().put(\"go\", 1);"));

        assertThat(seen.get("full")).asString().contains("its background threads are all busy");
    }

    @Test
    void the_scratch_directory_is_made_when_asked_for_and_gone_after_retirement() throws Exception {
        host.install(lent("java.nio.file.Files.writeString(java.nio.file.Files.createDirectories("
                + "c.scratch().resolve(\"deep\")).resolve(\"file\"), \"x\"); seen().put(\"scratch\", c.scratch());"));
        Path scratch = (Path) seen.get("scratch");
        assertThat(scratch).isDirectoryRecursivelyContaining("glob:**/file");

        host.install(answering("billing", "2.0.0"));

        await().untilAsserted(() -> assertThat(scratch).doesNotExist());
    }

    @Test
    void two_generations_have_scratch_directories_of_their_own() throws Exception {
        host.install(lent("seen().put(\"one\", c.scratch());"));
        host.install(answering("billing", "2.0.0").members(KEEP.formatted("seen().put(\"two\", c.scratch());")));

        assertThat(seen.get("one")).isNotEqualTo(seen.get("two"));
    }

    @Test
    void a_thread_that_a_plugin_leaves_behind_is_named_as_what_holds_it() throws Exception {
        host.install(
                lent("Thread left = new Thread(() -> { while (!seen().containsKey(\"go\")) { Thread.onSpinWait(); }"
                        + " }, \"left-behind\"); left.setDaemon(true); left.start();"));
        long generation = HOSTS.plugins().find("billing").orElseThrow().generation();

        host.install(answering("billing", "2.0.0"));
        retired(generation);

        await("a collection that spares it").untilAsserted(() -> {
            System.gc();
            GenerationView gone = HOSTS.plugins().generations("billing").get(1);
            assertThat(gone.unload().orElseThrow().suspects())
                    .singleElement()
                    .asString()
                    .contains("left-behind");
        });
        seen.put("go", 1);
    }
}
