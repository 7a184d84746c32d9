package dev.busbar.host.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One test a kind of holder, each with a class loader of its own, which only that holder keeps. */
final class SuspectsTest {
    private static final String RETURNS_NOTHING = "return \"\";";

    /** A task of the host that keeps something. */
    private record Cupboard(Object content, CountDownLatch open, CountDownLatch end) implements Runnable {
        @Override
        public void run() {
            open.countDown();
            awaitQuietly(end);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endOf(ExecutorService pool) throws InterruptedException {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_thread_is_named_with_its_top_frame_for_its_context_class_loader() throws Exception {
        Alien loader = Alien.with(RETURNS_NOTHING);
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(new Cupboard("", open, end), "borrowed");
        thread.setContextClassLoader(loader);
        thread.start();
        open.await();

        List<String> suspects = Suspects.of(loader);
        end.countDown();
        thread.join();

        assertThat(suspects).singleElement().asString().startsWith("thread borrowed at ");
    }

    @Test
    void a_thread_is_named_for_its_own_class() throws Exception {
        Alien loader = Alien.with(
                "CountDownLatch end = new CountDownLatch(1); Own own = new Own(end); own.start();"
                        + " return (AutoCloseable) () -> { end.countDown(); own.join(); };",
                "static final class Own extends Thread { final CountDownLatch end;"
                        + " Own(CountDownLatch end) { super(null, null, \"own\", 0, false); this.end = end;"
                        + " setContextClassLoader(null); }"
                        + " @Override public void run() { try { end.await(); } catch (InterruptedException e) { } } }");

        AutoCloseable left = (AutoCloseable) loader.call();
        List<String> suspects = Suspects.of(loader);
        left.close();

        assertThat(suspects).singleElement().asString().startsWith("thread own");
    }

    @Test
    void an_executor_that_is_left_is_named_by_its_threads() throws Exception {
        Alien loader = Alien.with("ExecutorService pool = Executors.newFixedThreadPool(1, task -> new Thread(task,"
                + " \"worker\")); pool.submit(() -> 1).get(); return pool;");

        ExecutorService pool = (ExecutorService) loader.call();
        List<String> suspects = Suspects.of(loader);
        endOf(pool);

        assertThat(suspects).singleElement().asString().startsWith("thread worker");
    }

    @Test
    void an_executor_of_others_is_named_for_what_waits_in_its_queue() throws Exception {
        Alien loader = Alien.with(RETURNS_NOTHING);
        ScheduledExecutorService pool = Executors.newScheduledThreadPool(1, task -> new Thread(task, "lent"));

        pool.schedule(loader.leak(), 1, TimeUnit.HOURS);
        List<String> suspects = Suspects.of(loader);
        endOf(pool);

        assertThat(suspects).singleElement().asString().startsWith("thread lent");
    }

    @Test
    void a_timer_is_named_by_its_thread() throws Exception {
        Alien loader = Alien.with(
                RETURNS_NOTHING, "public static class Task extends java.util.TimerTask { public void run() { } }");
        java.util.Timer timer = new java.util.Timer("late", true);
        java.util.TimerTask task = (java.util.TimerTask)
                loader.loadClass("testplugin.Leak$Task").getConstructor().newInstance();

        timer.schedule(task, TimeUnit.HOURS.toMillis(1));
        List<String> suspects = Suspects.of(loader);
        timer.cancel();

        assertThat(suspects).singleElement().asString().startsWith("thread late");
    }

    @Test
    void an_http_client_that_is_left_open_is_named_by_its_selector() throws Exception {
        Alien loader = Alien.with("return java.net.http.HttpClient.newBuilder().executor(Runnable::run).build();");

        Object client = loader.call();
        List<String> suspects = Suspects.of(loader);
        // from JDK 21 on; before, it ends when nobody has it any more
        if (client instanceof AutoCloseable closeable) {
            closeable.close();
        }

        assertThat(suspects).singleElement().asString().matches("thread HttpClient-\\d+-SelectorManager.*");
    }

    @Test
    void a_thread_local_is_named_by_its_thread() throws Exception {
        Alien loader = Alien.with(
                "VALUE.set(java.util.List.of(\"x\", this)); return \"\";",
                "static final ThreadLocal<Object> VALUE = new ThreadLocal<>();");
        ExecutorService pool = Executors.newFixedThreadPool(1, task -> new Thread(task, "shared"));

        pool.submit(loader.leak()).get();
        List<String> suspects = Suspects.of(loader);
        endOf(pool);

        assertThat(suspects).containsExactly("thread local of thread shared");
    }

    @Test
    void an_inheritable_thread_local_is_named_by_each_thread_that_has_it() throws Exception {
        Alien loader = Alien.with(
                "VALUE.set(this); return (AutoCloseable) VALUE::remove;",
                "static final ThreadLocal<Object> VALUE = new InheritableThreadLocal<>();");

        AutoCloseable set = (AutoCloseable) loader.call();
        List<String> suspects = Suspects.of(loader);
        set.close();

        assertThat(suspects)
                .containsExactly(
                        "thread local of thread " + Thread.currentThread().getName());
    }

    @Test
    void a_shutdown_hook_is_named_by_its_thread() throws Exception {
        Alien loader = Alien.with("Thread hook = new Thread(() -> { }, \"farewell\");"
                + " Runtime.getRuntime().addShutdownHook(hook); return hook;");

        Thread hook = (Thread) loader.call();
        List<String> suspects = Suspects.of(loader);
        Runtime.getRuntime().removeShutdownHook(hook);

        assertThat(suspects).containsExactly("shutdown hook farewell");
    }

    @Test
    void an_mbean_is_named_by_its_object_name() throws Exception {
        Alien loader = Alien.with(
                "var server = java.lang.management.ManagementFactory.getPlatformMBeanServer();"
                        + " var name = new javax.management.ObjectName(\"alien:type=Counter\");"
                        + " server.registerMBean(new Counter(), name);"
                        + " return (AutoCloseable) () -> server.unregisterMBean(name);",
                "public interface CounterMBean { int getCount(); }"
                        + " public static class Counter implements CounterMBean { public int getCount() { return 1; } }");

        AutoCloseable registered = (AutoCloseable) loader.call();
        List<String> suspects = Suspects.of(loader);
        registered.close();

        assertThat(suspects).containsExactly("MBean alien:type=Counter");
    }

    @Test
    void a_jdbc_driver_is_named_by_its_class() throws Exception {
        Alien loader = Alien.with(
                "Driver driver = new Driver(); java.sql.DriverManager.registerDriver(driver);"
                        + " return (AutoCloseable) () -> java.sql.DriverManager.deregisterDriver(driver);",
                """
                public static class Driver implements java.sql.Driver {
                    public java.sql.Connection connect(String url, java.util.Properties info) { return null; }
                    public boolean acceptsURL(String url) { return false; }
                    public java.sql.DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties info) {
                        return new java.sql.DriverPropertyInfo[0];
                    }
                    public int getMajorVersion() { return 1; }
                    public int getMinorVersion() { return 0; }
                    public boolean jdbcCompliant() { return false; }
                    public java.util.logging.Logger getParentLogger() { return null; }
                }
                """);

        AutoCloseable registered = (AutoCloseable) loader.call();
        List<String> suspects = Suspects.of(loader);
        registered.close();

        assertThat(suspects).containsExactly("JDBC driver testplugin.Leak$Driver");
    }

    @Test
    void a_security_provider_is_named() throws Exception {
        Alien loader = Alien.with("java.security.Security.addProvider("
                + "new java.security.Provider(\"Alien\", \"1\", \"of a test\") { }); return \"\";");

        loader.call();
        List<String> suspects = Suspects.of(loader);
        java.security.Security.removeProvider("Alien");

        assertThat(suspects).containsExactly("security provider Alien");
    }

    @Test
    void a_pending_timeout_is_named_or_said_to_be_out_of_sight() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<String>().orTimeout(1, TimeUnit.HOURS);
        Alien loader = Alien.with("var left = new CompletableFuture<Object>().orTimeout(1, TimeUnit.HOURS);"
                + " left.whenComplete((value, failure) -> { }); return left;");

        CompletableFuture<?> left = (CompletableFuture<?>) loader.call();

        String wanted = Runtime.version().feature() < 25
                ? "pending timeout"
                : "holder unknown (the JVM does not let the host look at pending timeouts)";
        await("the JDK's thread has taken it over")
                .untilAsserted(() -> assertThat(Suspects.of(loader)).containsExactly(wanted));
        left.cancel(true);
        first.cancel(true);
    }

    @Test
    void a_field_of_the_host_is_named_where_no_other_holder_is() throws Exception {
        Alien loader = Alien.with(RETURNS_NOTHING);
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(new Cupboard(List.of(loader.leak()), open, end), "keeper");
        thread.start();
        open.await();

        List<String> suspects = Suspects.of(loader);
        end.countDown();
        thread.join();

        assertThat(suspects)
                .containsExactly("field " + Cupboard.class.getName() + ".content, reached from thread keeper");
    }

    @Test
    void nothing_of_the_plugin_is_called() throws Exception {
        Alien loader = Alien.with(
                "Odd odd = new Odd(); VALUE.set(new Object[] {odd, new java.util.ArrayList<>(java.util.List.of(odd))});"
                        + " return odd;",
                "static final ThreadLocal<Object> VALUE = new ThreadLocal<>();"
                        + " static class Odd implements Callable<Object> { int calls;"
                        + " @Override public int hashCode() { calls++; return 1; }"
                        + " @Override public boolean equals(Object other) { calls++; return true; }"
                        + " @Override public String toString() { calls++; return \"\"; }"
                        + " @Override public Object call() { VALUE.remove(); return calls; } }");

        Callable<?> odd = (Callable<?>) loader.call();

        assertThat(Suspects.of(loader))
                .contains("thread local of thread " + Thread.currentThread().getName());
        assertThat(odd.call()).isEqualTo(0);
    }

    @Test
    void a_look_leaves_nothing_behind_that_holds_the_loader() throws Exception {
        Alien loader = Alien.with(RETURNS_NOTHING);
        loader.call();

        assertThat(Suspects.of(loader)).singleElement().asString().startsWith("holder unknown");

        LeakWatch watch = new LeakWatch(loader).begin();
        loader = null;
        await().until(() -> {
            System.gc();
            return watch.isCollected();
        });
    }

    @Test
    void the_tests_run_with_everything_open() {
        assertThat(OpenPackage.closed()).isEmpty();
    }

    @Test
    void an_unknown_holder_is_told_with_what_could_not_be_looked_at() {
        assertThat(Suspects.unknown(List.of(), false)).isEqualTo("holder unknown");
        assertThat(Suspects.unknown(List.of(OpenPackage.SQL, OpenPackage.HTTP), true))
                .isEqualTo("holder unknown (the JVM does not let the host look at JDBC drivers, HTTP clients,"
                        + " pending timeouts; start it with --add-opens java.sql/java.sql=ALL-UNNAMED"
                        + " --add-opens java.net.http/jdk.internal.net.http=ALL-UNNAMED)");
    }
}
