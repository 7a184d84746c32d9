package dev.busbar.plugin.testing;

import dev.busbar.core.Declarations;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.RouteSet;
import dev.busbar.core.configuration.ConfigurationReferences;
import dev.busbar.core.configuration.ConfigurationText;
import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One platform, started as the host would start it, without a host: its routes are called as functions, its time is
 * moved by hand, and {@link #close} fails when it leaves a thread behind. {@link #requireNoLeaks} asks whether it can be
 * replaced again and again.
 *
 * <pre>{@code
 * try (PlatformHarness harness = PlatformHarness.start(new BillingPlatform())) {
 *     TestResult bill = harness.post("/bills").json(new NewBill("ada", 12)).call();
 *
 *     assertThat(bill.status()).isEqualTo(201);
 *     assertThat(bill.json(Bill.class).owner()).isEqualTo("ada");
 *     assertThat(harness.get("/bills/none").call().problem()).contains("not-found");
 * }
 * }</pre>
 *
 * <p>What the host does with a request before and after the handler is done here too, by the same code: the reading of
 * path and query, the choice of the route, 404 and 405, the media type (415), the limit of the body (413), the binding
 * of JSON (400, 422), declared parameters (422), the deadline (504), and the shape of problems. What is left out is what a platform has no say in:
 * credentials and permissions. A route that is not public sees the principal {@link #PRINCIPAL} unless the call names
 * another one.
 *
 * <p>All code of the platform runs on threads of the harness, with the class loader of the platform's class as context
 * class loader. Used by one test thread.
 */
public final class PlatformHarness implements AutoCloseable {
    /** The id of the caller where the test names none. */
    public static final String PRINCIPAL = "test";

    /** What a test does with a platform between its start and its close. */
    @FunctionalInterface
    public interface Exercise {
        /**
         * Uses a platform that has started. Called by the test's thread; the harness is closed afterwards.
         *
         * @throws Exception what the test fails with, such as an assertion
         */
        void run(PlatformHarness harness) throws Exception;
    }

    private final String name;
    private final Platform platform;
    private final TestThreads threads;
    private final TestTime time;
    private final TestContext context;
    private final TestPlatforms platforms;
    private final TestJobs jobs;
    private final JsonCodec json;
    private final RouteSet<TestRoute> routes;
    private final List<HealthCheck> checks;
    private final Optional<TestState> ownState;
    private boolean closed;

    private PlatformHarness(
            Platform platform, String configuration, TestThreads threads, Optional<TestState> givenState)
            throws Exception {
        TestState state = givenState.orElseGet(TestState::empty);
        this.ownState = givenState.isPresent() ? Optional.empty() : Optional.of(state);
        this.name = platform.getClass().getName();
        this.platform = platform;
        this.threads = threads;
        ClassLoader loader = platform.getClass().getClassLoader();
        json = new JsonCodec(loader == null ? ClassLoader.getSystemClassLoader() : loader);
        time = new TestTime(threads);
        platforms = new TestPlatforms(json);
        jobs = new TestJobs(json, threads, time);
        context = new TestContext(
                platform.getClass().getSimpleName(),
                new ConfigurationText(
                        configuration,
                        json,
                        new ConfigurationReferences(System.getenv(), Optional.empty()),
                        List.of(),
                        "PlatformHarness.start(platform, configuration)"),
                threads,
                time,
                platforms,
                jobs.lent(),
                state);
        routes = threads.run(() -> {
            context.declare(Declarations.documents(platform), json);
            platform.start(context);
            return RouteSet.compile(
                    Declarations.routes(platform),
                    json,
                    (route, template) -> new TestRoute(route, template.parameters()));
        });
        List<JobType<?>> types = threads.run(() -> Declarations.jobs(platform));
        jobs.declare(types);
        List<Schedule<?>> unused = threads.run(() -> Declarations.schedules(platform, types));
        checks = threads.run(() -> Declarations.healthChecks(platform));
        requireHealthy();
    }

    private void requireHealthy() throws Exception {
        for (int round = 0; round < Declarations.HEALTH_ROUNDS; round++) {
            for (HealthCheck check : checks) {
                requireHealthy(check);
            }
        }
    }

    private void requireHealthy(HealthCheck check) throws Exception {
        Optional<String> fault = threads.run(() -> {
            try {
                return Declarations.fault(check, check.probe().check());
            } catch (Exception e) {
                throw new IllegalStateException("its " + Declarations.label(check) + " threw " + e, e);
            }
        });
        if (fault.isPresent()) {
            throw new IllegalStateException(fault.get());
        }
    }

    /**
     * Starts a platform and reads what it declares.
     *
     * @throws IllegalArgumentException when the host would refuse what it declares, such as a route without access or
     *     an example that does not fit; the message is the reason that the host gives
     * @throws IllegalStateException when a health check fails, throws or returns null, as the host asks it before a
     *     publish; the platform was closed then
     * @throws Exception what {@link Platform#start} threw; the platform was closed then
     */
    public static PlatformHarness start(Platform platform) throws Exception {
        return start(platform, "{}");
    }

    /**
     * Starts a platform with a configuration and reads what it declares.
     *
     * @param configuration a JSON object
     * @throws IllegalArgumentException as for {@link #start(Platform)}
     * @throws IllegalStateException as for {@link #start(Platform)}
     * @throws Exception what {@link Platform#start} threw; the platform was closed then
     */
    public static PlatformHarness start(Platform platform, String configuration) throws Exception {
        return start(platform, configuration, Optional.empty());
    }

    /**
     * Starts a platform with a configuration over lasting state, which may be that of an earlier one, and reads what it
     * declares.
     *
     * @param configuration a JSON object
     * @param state is not closed with the harness
     * @throws IllegalArgumentException as for {@link #start(Platform)}
     * @throws IllegalStateException as for {@link #start(Platform)}
     * @throws Exception what {@link Platform#start} threw; the platform was closed then
     */
    public static PlatformHarness start(Platform platform, String configuration, TestState state) throws Exception {
        return start(platform, configuration, Optional.of(state));
    }

    private static PlatformHarness start(Platform platform, String configuration, Optional<TestState> state)
            throws Exception {
        TestThreads threads = new TestThreads(platform.getClass());
        try {
            return new PlatformHarness(platform, configuration, threads, state);
        } catch (Exception failure) {
            close(platform, threads).ifPresent(failure::addSuppressed);
            threads.end();
            throw failure;
        }
    }

    /**
     * Fails when a platform, started and closed, leaves something behind that the host could not get rid of: as {@link
     * #requireNoLeaks(Class, Exercise)} without any use between the two.
     *
     * @throws AssertionError when something is left, naming what may hold it
     * @throws Exception what the constructor or {@link Platform#start} threw
     */
    public static void requireNoLeaks(Class<? extends Platform> platform) throws Exception {
        requireNoLeaks(platform, harness -> {});
    }

    /**
     * Fails when a platform leaves something behind that the host could not get rid of. Twenty times it is loaded in a
     * class loader of its own together with its libraries, made, started, used and closed; then every one of these class
     * loaders must be collected, and no thread be left.
     *
     * <pre>{@code
     * PlatformHarness.requireNoLeaks(
     *         BillingPlatform.class, harness -> harness.get("/bills").call());
     * }</pre>
     *
     * <p>The classes in the exercise are those of the test: what it reads from a response with {@code json(Bill.class)} is
     * the test's copy of {@code Bill}, while the platform has another one each time. Whatever the test itself keeps of
     * the platform, such as a list of its routes, is a leak too.
     *
     * <p>Takes a second or so, and asks the JVM to collect garbage. It takes longer where a thread ends by itself only
     * after a while: some seconds for a client of {@code java.net.http} on JDK 17, a minute for the idle threads of
     * OkHttp. Threads are named with their stacks; where no thread is to blame the holder is unknown here, and the host's
     * list of generations says more.
     *
     * @param exercise what is done with each; the more of the platform it touches, the more the check is worth
     * @throws IllegalArgumentException when the class is not public, has no public constructor without arguments, or is
     *     not on the class path
     * @throws AssertionError when something is left, naming what may hold it
     * @throws Exception what the constructor, {@link Platform#start} or the exercise threw
     */
    public static void requireNoLeaks(Class<? extends Platform> platform, Exercise exercise) throws Exception {
        requireNoLeaks(platform, "{}", exercise);
    }

    /**
     * Fails when a platform with a configuration leaves something behind, as for {@link #requireNoLeaks(Class,
     * Exercise)}.
     *
     * @param configuration a JSON object
     * @throws IllegalArgumentException as there
     * @throws AssertionError when something is left, naming what may hold it
     * @throws Exception what the constructor, {@link Platform#start} or the exercise threw
     */
    public static void requireNoLeaks(Class<? extends Platform> platform, String configuration, Exercise exercise)
            throws Exception {
        new LeakCheck(platform, configuration, exercise).run();
    }

    /** Calls a route with {@code GET}. A path is below the platform's mount, and encoded as in a URI. */
    public TestCall get(String path) {
        return call("GET", path);
    }

    /** Calls a route with {@code HEAD}: as {@code GET}, without the content. */
    public TestCall head(String path) {
        return call("HEAD", path);
    }

    /** Calls a route with {@code POST}. */
    public TestCall post(String path) {
        return call("POST", path);
    }

    /** Calls a route with {@code PUT}. */
    public TestCall put(String path) {
        return call("PUT", path);
    }

    /** Calls a route with {@code PATCH}. */
    public TestCall patch(String path) {
        return call("PATCH", path);
    }

    /** Calls a route with {@code DELETE}. */
    public TestCall delete(String path) {
        return call("DELETE", path);
    }

    private TestCall call(String method, String path) {
        if (closed) {
            throw new IllegalStateException("the harness is closed");
        }
        return new TestCall(new TestCall.Means(routes, threads, json), method, path);
    }

    /** The routes that the platform declared. */
    public List<Route> routes() {
        return routes.routes();
    }

    /** Asks each health check once; what a probe throws counts as a failure, as in the host. */
    public Map<String, HealthCheck.Health> health() {
        Map<String, HealthCheck.Health> results = new LinkedHashMap<>();
        for (HealthCheck check : checks) {
            results.put(check.name(), ask(check));
        }
        return results;
    }

    private HealthCheck.Health ask(HealthCheck check) {
        try {
            HealthCheck.@Nullable Health health = threads.run(check.probe()::check);
            return health == null ? HealthCheck.Health.fail("it returned null") : health;
        } catch (Exception e) {
            return HealthCheck.Health.fail(e.toString());
        }
    }

    /**
     * Stubs another platform, which is unavailable otherwise: its responses to the calls of this one from now on.
     * Permissions of the caller are not checked.
     *
     * @param responses called on the thread that calls; a {@link dev.busbar.plugin.ProblemException} becomes the response
     */
    public PlatformHarness stub(String platform, Function<PlatformCall, Response> responses) {
        platforms.play(platform, responses);
        return this;
    }

    /** The jobs that were submitted to the platform. */
    public TestJobs jobs() {
        return jobs;
    }

    /** The platform's clock and the tasks it has scheduled. */
    public TestTime time() {
        return time;
    }

    /**
     * Closes the platform as the host would, ends what was lent to it and deletes its scratch directory. A second call
     * does nothing.
     *
     * <p>A thread that the platform has started must end within some seconds, in which garbage is collected: a client of
     * {@code java.net.http} whose last reference is dropped ends its selector thread that way. Idle threads that end by
     * themselves, such as those of OkHttp, are left alone here; {@link #requireNoLeaks} waits for them.
     *
     * @throws AssertionError when {@link Platform#close} throws, which the host would only log, or when a thread that the
     *     platform has started does not end; the message shows its stack
     */
    @Override
    public void close() {
        if (!closed) {
            closeLeavingThreads();
            requireEnd();
        }
    }

    /**
     * Closes the platform and does not look for threads.
     *
     * @throws AssertionError when {@link Platform#close} throws
     */
    void closeLeavingThreads() {
        closed = true;
        Optional<Exception> failure = close(platform, threads);
        time.end();
        context.end();
        ownState.ifPresent(TestState::close);
        threads.shutDown();
        failure.ifPresent(cause -> {
            throw new AssertionError(name + ": close() failed", cause);
        });
    }

    private void requireEnd() {
        List<String> left = threads.end();
        if (!left.isEmpty()) {
            throw new AssertionError(name + " leaves threads behind after close(): " + String.join("; ", left));
        }
    }

    private static Optional<Exception> close(Platform platform, TestThreads threads) {
        try {
            threads.run(() -> {
                platform.close();
                return true;
            });
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(e);
        }
    }
}
