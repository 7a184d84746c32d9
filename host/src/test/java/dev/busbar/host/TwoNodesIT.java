package dev.busbar.host;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.MigratedStore;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one PostgreSQL server: what one of them does to a plugin the other one does too. */
final class TwoNodesIT {
    private static final String GATE = "busbar.test.gate";
    private static final Duration SEEN = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folders;

    private final List<TestHost> started = new ArrayList<>();
    private StoreSettings store = Databases.postgresql();
    private String key = "";

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folders.resolve("a/plugins"));
        Files.createDirectories(folders.resolve("b/plugins"));
        try (Database database = Database.open(store)) {
            MigratedStore.generateSigningKey(database);
        }
    }

    @AfterEach
    void stop() {
        started.forEach(TestHost::close);
    }

    private TestHost start(String name, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--store.url=" + store.url(), "--store.user=" + store.user()));
        all.addAll(List.of(arguments));
        TestHost host = TestHost.startWithKey(folders.resolve(name), key, all.toArray(String[]::new));
        started.add(host);
        return host;
    }

    /** The first node, which makes the key that all of them know. */
    private TestHost first(String... arguments) throws IOException {
        TestHost host = start("a", arguments);
        key = Files.readString(folders.resolve("a/admin.key")).strip();
        return host.withKey(key);
    }

    private static String served(TestHost host) {
        try {
            HttpResponse<String> response = host.get("/api/billing");
            return response.statusCode() == 200 ? response.body() : String.valueOf(response.statusCode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void sees(TestHost host, String expected) {
        within(SEEN, host, expected);
    }

    private static void within(Duration limit, TestHost host, String expected) {
        await().pollInterval(Duration.ofMillis(20)).atMost(limit).untilAsserted(() -> assertThat(served(host))
                .isEqualTo(expected));
    }

    private static void changes(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 204);
    }

    private static HttpResponse<String> configure(TestHost host, String json) throws Exception {
        return host.send(host.request("/admin/plugins/billing/config")
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static PluginView view(TestHost host) {
        return HostInsight.plugins(host.host()).find("billing").orElseThrow();
    }

    private long number(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(store.url(), store.user(), "");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            found.next();
            return found.getLong(1);
        }
    }

    @Test
    void whatever_is_done_on_one_node_is_seen_by_the_other() throws Exception {
        PluginJar configured = PluginJar.named("billing")
                .version("3.0.0")
                .members("""
                    public record Settings(String currency) {}

                    private Settings settings = new Settings("none");

                    public void start(PlatformContext context) {
                        settings = context.configuration(Settings.class);
                    }
                    """)
                .route("Route.get(\"/\", r -> Response.text(settings.currency())).access(Access.PUBLIC)");
        TestHost a = first();
        TestHost b = start("b");

        changes(a.install(answering("billing", "1.0.0")));
        sees(b, "1.0.0");
        changes(a.install(answering("billing", "2.0.0")));
        sees(b, "2.0.0");
        changes(a.change("billing", "rollback"));
        sees(b, "1.0.0");
        changes(a.change("billing", "disable"));
        sees(b, "503");
        changes(a.change("billing", "enable"));
        sees(b, "1.0.0");
        changes(configure(a, "{\"currency\":\"EUR\"}"));
        changes(a.install(configured));
        sees(b, "EUR");
        changes(configure(a, "{\"currency\":\"CHF\"}"));
        sees(b, "CHF");
        changes(b.change("billing", "rollback"));
        sees(a, "EUR");
        changes(a.remove("billing"));
        sees(b, "404");
        changes(b.install(answering("billing", "1.0.0")));
        sees(a, "1.0.0");
    }

    @Test
    void a_database_that_goes_back_in_time_is_followed() throws Exception {
        TestHost a = first();
        TestHost b = start("b");
        changes(a.install(answering("billing", "1.0.0")));
        sees(b, "1.0.0");
        List<String> tables = List.of("plugin_desired", "plugin_history", "desired_change");
        for (String table : tables) {
            execute(store, "create table backup_" + table + " as select * from " + table);
        }
        changes(a.install(answering("billing", "2.0.0")));
        changes(a.install(answering("late", "1.0.0")));
        sees(b, "2.0.0");

        StringBuilder restore = new StringBuilder("begin;");
        for (String table : tables) {
            restore.append("delete from ").append(table).append("; insert into ");
            restore.append(table).append(" select * from backup_").append(table).append(';');
        }
        execute(store, restore.append("commit").toString());

        sees(a, "1.0.0");
        sees(b, "1.0.0");
        await().atMost(SEEN)
                .untilAsserted(() -> assertThat(a.get("/api/late").statusCode()).isEqualTo(404));
        changes(b.install(answering("billing", "3.0.0")));
        sees(a, "3.0.0");
    }

    /** It waits for its turn while another change is under way, and the database goes back meanwhile. */
    @Test
    void a_change_of_a_state_that_is_gone_is_not_followed() throws Exception {
        TestHost a = first();
        changes(a.install(answering("extra", "1.0.0")));
        changes(a.install(answering("billing", "1.0.0")));
        changes(a.install(answering("billing", "3.0.0")));
        String third = view(a).sha256();
        changes(a.change("billing", "rollback"));
        String first = view(a).sha256();
        await().until(() -> !isCopied(third));
        CountDownLatch gate = new CountDownLatch(1);
        System.getProperties().put(GATE, gate);
        try {
            CompletableFuture<HttpResponse<String>> busy = beginHanging(a);
            desired(third, "3.0.0", "revision + 1");
            await().until(() -> isCopied(third));
            execute(store, "delete from plugin_desired where plugin_id = 'extra'");
            desired(first, "1.0.0", "revision - 3");
            await().until(() -> a.get("/api/extra").statusCode() == 404);
            gate.countDown();

            changes(busy.get(20, TimeUnit.SECONDS));
        } finally {
            gate.countDown();
            System.getProperties().remove(GATE);
        }
        changes(a.install(answering("billing", "4.0.0")));
        assertThat(HostInsight.plugins(a.host()).generations("billing"))
                .extracting(GenerationView::version)
                .containsExactly("4.0.0", "2.0.0", "1.0.0", "3.0.0", "1.0.0");
    }

    private boolean isCopied(String sha256) throws IOException {
        try (Stream<Path> all = Files.list(folders.resolve("a/work/artifacts"))) {
            return all.anyMatch(copy -> copy.getFileName().toString().contains(sha256));
        }
    }

    private void desired(String sha256, String version, String revision) throws SQLException {
        execute(
                store,
                "begin; update desired_change set revision = " + revision + "; update plugin_desired set sha256 = '"
                        + sha256 + "', version = '" + version + "', revision = (select revision from desired_change)"
                        + " where plugin_id = 'billing'; commit");
    }

    private CompletableFuture<HttpResponse<String>> beginHanging(TestHost host) {
        CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(() -> {
            try {
                return host.install(answering("billing", "2.0.0")
                        .members("@Override public void start(PlatformContext context) throws Exception {"
                                + " ((java.util.concurrent.CountDownLatch) System.getProperties().get(\"" + GATE
                                + "\")).await(); }"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        await().until(() -> HostInsight.plugins(host.host()).generations("billing").stream()
                .anyMatch(generation -> generation.version().equals("2.0.0")));
        return response;
    }

    @Test
    void a_node_with_an_empty_folder_removes_nothing_and_a_removed_file_removes_the_plugin_from_all() throws Exception {
        Path jar = answering("billing", "1.0.0").write(folders.resolve("a/plugins/billing.jar"));
        TestHost a = first();
        TestHost b = start("b");

        assertThat(served(b)).isEqualTo("1.0.0");
        assertThat(served(a)).isEqualTo("1.0.0");
        assertThat(number("select count(*) from plugin_desired")).isOne();
        b.close();
        assertThat(served(a)).isEqualTo("1.0.0");
        TestHost again = start("b");
        assertThat(served(again)).isEqualTo("1.0.0");

        Files.delete(jar);

        within(LIMIT, a, "404");
        sees(again, "404");
    }

    @Test
    void the_same_jar_in_the_folders_of_two_nodes_belongs_to_the_one_that_has_installed_it() throws Exception {
        Path jar = answering("billing", "1.0.0").write(folders.resolve("a/plugins/billing.jar"));
        Path copy = Files.copy(jar, folders.resolve("b/plugins/copy.jar"));
        TestHost a = first();
        TestHost b = start("b");

        Files.delete(copy);
        ReceiptFile.awaitGone(copy);
        assertThat(served(b)).isEqualTo("1.0.0");
        assertThat(served(a)).isEqualTo("1.0.0");

        Files.delete(jar);
        within(LIMIT, a, "404");
        sees(b, "404");
    }

    @Test
    void two_nodes_that_start_at_once_on_an_empty_database_agree() throws Exception {
        store = Databases.emptyPostgresql();
        Path jar = answering("billing", "1.0.0").write(folders.resolve("a/plugins/billing.jar"));
        Files.copy(jar, folders.resolve("b/plugins/billing.jar"));
        CompletableFuture<TestHost> one = CompletableFuture.supplyAsync(() -> startQuietly("a"));
        CompletableFuture<TestHost> other = CompletableFuture.supplyAsync(() -> startQuietly("b"));

        TestHost a = one.get(60, TimeUnit.SECONDS);
        TestHost b = other.get(60, TimeUnit.SECONDS);
        started.add(a);
        started.add(b);

        Path keyFile = Stream.of("a/admin.key", "b/admin.key")
                .map(folders::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        String admin = Files.readString(keyFile).strip();
        within(LIMIT, a.withKey(admin), "1.0.0");
        within(LIMIT, b.withKey(admin), "1.0.0");
        assertThat(number("select count(*) from plugin_history")).isOne();
    }

    private TestHost startQuietly(String name) {
        try {
            return TestHost.startWithKey(
                    folders.resolve(name), "", "--store.url=" + store.url(), "--store.user=" + store.user());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_start_under_way_on_one_node_is_no_crash_when_another_one_starts() throws Exception {
        Path begun = folders.resolve("begun");
        Path release = folders.resolve("release");
        TestHost a = first();
        PluginJar slow = waiting("1.0.0", begun, release);
        CompletableFuture<HttpResponse<String>> installed = CompletableFuture.supplyAsync(() -> install(a, slow));
        await().atMost(LIMIT).until(() -> Files.exists(begun));

        TestHost b = start("b");
        assertThat(number("select count(*) from generation_start where running = true"))
                .isOne();
        assertThat(number("select coalesce(sum(crashes), 0) from generation_start"))
                .isZero();
        Files.createFile(release);

        changes(installed.get(20, TimeUnit.SECONDS));
        sees(b, "1.0.0");
    }

    private static HttpResponse<String> install(TestHost host, PluginJar jar) {
        try {
            return host.install(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static PluginJar waiting(String version, Path begun, Path release) {
        return answering("billing", version)
                .members("public void start(PlatformContext context) throws Exception {"
                        + " if (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + begun + "\"))) {"
                        + " java.nio.file.Files.createFile(java.nio.file.Path.of(\"" + begun + "\")); }"
                        + " while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + release + "\"))) {"
                        + " Thread.onSpinWait(); Thread.yield(); } }");
    }

    @Test
    void of_two_nodes_that_change_a_plugin_at_once_the_slower_one_is_refused() throws Exception {
        Path begun = folders.resolve("begun");
        Path release = folders.resolve("release");
        TestHost a = first();
        TestHost b = start("b");
        changes(a.install(answering("billing", "1.0.0")));
        sees(b, "1.0.0");
        PluginJar slow = waiting("2.0.0", begun, release);
        CompletableFuture<HttpResponse<String>> slower = CompletableFuture.supplyAsync(() -> install(a, slow));
        await().atMost(LIMIT).until(() -> Files.exists(begun));

        changes(b.install(answering("billing", "3.0.0")));
        Files.createFile(release);

        HttpResponse<String> refused = slower.get(20, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("plugin billing was changed on another node at the same time (version 3.0.0 shall run)");
        sees(a, "3.0.0");
        assertThat(served(b)).isEqualTo("3.0.0");
    }

    @Test
    void two_nodes_that_are_changed_at_once_again_and_again_agree_in_the_end() throws Exception {
        TestHost a = first();
        TestHost b = start("b");
        changes(a.install(answering("billing", "1.0.0")));
        sees(b, "1.0.0");

        CompletableFuture<Void> one = CompletableFuture.runAsync(() -> changeAgainAndAgain(a, new Random(1)));
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> changeAgainAndAgain(b, new Random(2)));
        CompletableFuture.allOf(one, other).get(120, TimeUnit.SECONDS);

        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(view(a).state()).isEqualTo(view(b).state());
            assertThat(number("select count(*) from plugin_desired where sha256 = '" + view(a).sha256()
                            + "' and enabled = " + (view(a).state() == PluginState.ACTIVE)))
                    .isOne();
            assertThat(served(a)).isEqualTo(served(b));
        });
    }

    private static void changeAgainAndAgain(TestHost host, Random random) {
        for (int i = 0; i < 8; i++) {
            try {
                HttpResponse<String> response =
                        switch (random.nextInt(5)) {
                            case 0 -> host.change("billing", "disable");
                            case 1 -> host.change("billing", "enable");
                            case 2 -> host.change("billing", "rollback");
                            default ->
                                host.install(
                                        answering("billing", (1 + random.nextInt(4)) + ".0.0"), "?allowDowngrade=true");
                        };
                assertThat(response.statusCode()).as(response.body()).isIn(200, 202, 409);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void a_node_that_comes_back_changes_nothing_by_the_jars_that_still_lie_in_its_folder() throws Exception {
        answering("billing", "1.0.0").write(folders.resolve("a/plugins/billing.jar"));
        TestHost a = first();
        TestHost b = start("b");
        sees(b, "1.0.0");
        a.host().close();
        changes(b.install(answering("billing", "2.0.0")));
        long changes = number("select revision from desired_change");

        TestHost back = start("a");

        assertThat(served(back)).isEqualTo("2.0.0");
        assertThat(served(b)).isEqualTo("2.0.0");
        assertThat(number("select revision from desired_change")).isEqualTo(changes);
    }

    @Test
    void a_file_that_came_while_a_node_was_away_is_one_intent_under_the_usual_rules() throws Exception {
        TestHost a = first();
        TestHost b = start("b");
        changes(a.install(answering("billing", "2.0.0")));
        sees(b, "2.0.0");
        b.host().close();
        Path lower = answering("billing", "1.0.0").write(folders.resolve("b/plugins/lower.jar"));
        answering("billing", "3.0.0").write(folders.resolve("b/plugins/higher.jar"));

        TestHost back = start("b");

        within(LIMIT, back, "3.0.0");
        sees(a, "3.0.0");
        ReceiptFile.await(lower, "REJECTED", "");
    }

    @Test
    void a_folder_that_two_nodes_share_brings_each_file_once() throws Exception {
        Path shared = Files.createDirectory(folders.resolve("shared"));
        TestHost a = first("--plugins=" + shared);
        TestHost b = start("b", "--plugins=" + shared);
        Path jar = shared.resolve("billing.jar");

        answering("billing", "1.0.0").write(jar);
        within(LIMIT, a, "1.0.0");
        within(LIMIT, b, "1.0.0");
        answering("billing", "2.0.0").write(jar);
        within(LIMIT, a, "2.0.0");
        within(LIMIT, b, "2.0.0");

        assertThat(number("select count(*) from plugin_history")).isEqualTo(2);
        ReceiptFile.await(jar, "ACTIVE", "");
        Path receipt = shared.resolve("billing.jar.status.json");
        await("the receipt stands still")
                .during(Duration.ofSeconds(1))
                .atMost(LIMIT)
                .until(() -> unchanged(receipt));

        Files.delete(jar);
        within(LIMIT, a, "404");
        within(LIMIT, b, "404");
    }

    private String lastSeen = "";

    private boolean unchanged(Path file) throws IOException {
        String now = Files.readString(file);
        boolean same = now.equals(lastSeen);
        lastSeen = now;
        return same;
    }

    @Test
    void a_version_that_does_not_start_on_another_node_leaves_the_old_one_there_and_is_tried_again() throws Exception {
        Path starts = folders.resolve("starts");
        TestHost a = first();
        TestHost b = start("b");
        changes(a.install(answering("billing", "1.0.0")));
        sees(b, "1.0.0");
        PluginJar moody = failingOnItsSecondStart("2.0.0", starts);

        changes(a.install(moody));

        await().atMost(SEEN).pollInterval(Duration.ofMillis(10)).untilAsserted(() -> assertThat(
                        view(b).reason().orElse(""))
                .contains(
                        "version 2.0.0 shall run, but does not on this node",
                        "no database here",
                        "version 1.0.0 serves until then"));
        assertThat(view(b).state()).isEqualTo(PluginState.ACTIVE);
        assertThat(served(b)).isEqualTo("1.0.0");
        assertThat(served(a)).isEqualTo("2.0.0");
        within(LIMIT, b, "2.0.0");
        await().atMost(SEEN).untilAsserted(() -> assertThat(view(b).reason()).isEmpty());
        assertThat(number("select count(*) from plugin_desired where version = '2.0.0' and enabled = true"))
                .isOne();
    }

    /** The second start is the one on the node that follows. */
    private static PluginJar failingOnItsSecondStart(String version, Path starts) {
        return answering("billing", version)
                .members("public void start(PlatformContext context) throws Exception {"
                        + " java.nio.file.Path starts = java.nio.file.Path.of(\"" + starts + "\");"
                        + " java.nio.file.Files.writeString(starts, \"x\","
                        + " java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);"
                        + " if (java.nio.file.Files.size(starts) == 2) {"
                        + " throw new IllegalStateException(\"no database here\"); } }");
    }

    @Test
    void an_exclusive_plugin_is_not_interrupted_again_and_again_for_a_version_that_does_not_start() throws Exception {
        TestHost a = first("--swap.retryFirst=20ms");
        TestHost b = start("b", "--swap.retryFirst=20ms");
        changes(a.install(answering("billing", "1.0.0").attribute("Busbar-Handover", "exclusive")));
        sees(b, "1.0.0");

        changes(a.install(
                failingOnItsSecondStart("2.0.0", folders.resolve("starts")).attribute("Busbar-Handover", "exclusive")));

        await().atMost(LIMIT).untilAsserted(() -> assertThat(view(b).reason().orElse(""))
                .contains("no database here", "reload it to try again", "version 1.0.0 serves until then"));
        assertThat(served(b)).isEqualTo("1.0.0");
        changes(b.change("billing", "reload"));
        assertThat(served(b)).isEqualTo("2.0.0");
        assertThat(view(b).reason()).isEmpty();
    }

    @Test
    void nodes_serve_on_while_the_database_is_away_and_catch_up_after() throws Exception {
        StoreSettings elsewhere = store;
        execute(elsewhere, "create database lost");
        String url = store.url().replaceFirst("/postgres\\?.*", "/lost");
        store = StoreSettings.of(url, store.user(), "");
        TestHost a = first("--store.connectTimeout=1s");
        TestHost b = start("b", "--store.connectTimeout=1s");
        changes(a.install(answering("billing", "1.0.0")));
        sees(b, "1.0.0");

        execute(elsewhere, "alter database lost with allow_connections false");
        execute(elsewhere, "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'lost'");
        changes(a.change("billing", "disable"));
        assertThat(served(a)).isEqualTo("503");
        assertThat(served(b)).isEqualTo("1.0.0");
        execute(elsewhere, "alter database lost with allow_connections true");

        within(LIMIT, b, "503");
        assertThat(served(a)).isEqualTo("503");
        within(LIMIT, () -> changes(a.change("billing", "enable")));
        within(LIMIT, b, "1.0.0");
    }

    @Test
    void a_copied_data_directory_is_refused_while_the_original_runs() throws Exception {
        answering("billing", "1.0.0").write(folders.resolve("a/plugins/billing.jar"));
        TestHost a = first();
        Files.copy(folders.resolve("a/node"), folders.resolve("b/node"));

        assertThatThrownBy(() -> start("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to a host that is running on the same store");

        assertThat(served(a)).isEqualTo("1.0.0");
        Files.delete(folders.resolve("b/node"));
        assertThat(served(start("b"))).isEqualTo("1.0.0");
    }

    private static void within(Duration limit, org.awaitility.core.ThrowingRunnable step) {
        await().atMost(limit).untilAsserted(step);
    }

    private static void execute(StoreSettings where, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(where.url(), where.user(), "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
