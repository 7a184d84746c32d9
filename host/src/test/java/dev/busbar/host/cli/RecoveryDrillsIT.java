package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.Jars;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drills of docs/recovery.md, each from the archive of a host that is gone. */
final class RecoveryDrillsIT {
    @TempDir
    private static Path folder;

    private static String key;
    private static String archive;
    private static String sha256;

    @BeforeAll
    static void backUpAHost() throws Exception {
        type("backup keygen", "backup.key").succeeds();
        Path data = folder.resolve("lost");
        try (TestHost host = TestHost.start(data, "--backup.keyFile=" + folder.resolve("backup.key"))) {
            key = host.key();
            assertThat(host.install(Jars.answering("billing", "1.0.0", "bills")).statusCode())
                    .isEqualTo(200);
            Tree made = Tree.parse(type("backup create", "--json", "--data=lost")
                    .succeeds()
                    .out()
                    .getBytes(StandardCharsets.UTF_8));
            archive = made.text("file");
            sha256 = made.text("sha256");
            assertThat(type("backup list", "--data=lost").succeeds().out())
                    .contains(made.text("id"), "on request", "yes", archive);
            assertThat(host.get("/admin/backups/" + made.text("id")).body()).contains("\"state\":\"DONE\"");
            assertThat(host.get("/admin/backups/none").statusCode()).isEqualTo(404);
            assertThat(host.get("/metrics").body()).contains("busbar_backup_age_seconds ", "busbar_backup_overdue 0.0");
            assertThat(type("audit tail", "--action=backup", "--data=lost")
                            .succeeds()
                            .out())
                    .contains("backup.start", "backup.create", sha256);
            assertThat(type("backup restore", archive, "--data=lost", "--key-file=backup.key", "--force"))
                    .satisfies(refused -> refused.fails("a host is running on"));
            assertThat(host.get("/health/ready").body()).contains("pass");
        }
    }

    private static Typed type(String command, String... more) {
        List<String> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(List.of(more));
        return Typed.in(folder, Map.of(), all.toArray(String[]::new));
    }

    private static Typed restore(String data, String... more) {
        List<String> all =
                new ArrayList<>(List.of(archive, "--key-file=backup.key", "--sha256=" + sha256, "--data=" + data));
        all.addAll(List.of(more));
        return type("backup restore", all.toArray(String[]::new));
    }

    private static void serves(TestHost host) throws Exception {
        HttpResponse<String> bills = host.get("/api/billing/");
        assertThat(bills.statusCode()).as(bills.body()).isEqualTo(200);
    }

    @Test
    void restore_to_another_machine() throws Exception {
        String printed =
                restore("another", "--revoke-all", "--as-copy").succeeds().out();

        assertThat(printed).contains("restored backup-", "its audit chain begins with the restore", "admin");
        try (TestHost host = TestHost.start(folder.resolve("another"))) {
            assertThat(host.key()).isNotEqualTo(key);
            serves(host);
            assertThat(host.withKey(key).get("/auth/whoami").statusCode()).isEqualTo(401);
            assertThat(type("audit verify", "--data=another").succeeds().out()).contains("intact");
            assertThat(type("audit tail", "--data=another", "--action=store.restore")
                            .succeeds()
                            .out())
                    .contains("store.restore", "revokeAll=true");
        }
    }

    @Test
    void lost_node() throws Exception {
        StoreSettings shared = Databases.emptyPostgresql();
        String[] store = {"--store.url=" + shared.url(), "--store.user=" + shared.user()};
        assertThat(restore("first", store).succeeds().out()).contains("KEY", "admin");

        try (TestHost host = TestHost.startWithKey(Files.createDirectory(folder.resolve("second")), key, store)) {
            serves(host);
            assertThat(type("audit verify", "--url=" + host.uri(""), "--data=second")
                            .code())
                    .isEqualTo(1);
            assertThat(host.get("/admin/audit/verify").body()).contains("\"intact\":true");
        }
    }

    @Test
    void corrupt_store() throws Exception {
        restore("corrupt").succeeds();
        Path store = folder.resolve("corrupt/store/busbar.mv.db");
        Files.write(store, new byte[50_000]);

        restore("corrupt").fails("would replace the store", "--force");
        assertThat(restore("corrupt", "--force").succeeds().out()).contains("moved aside: " + store + ".replaced-");

        try (Database database = Database.open(StoreSettings.embedded(folder.resolve("corrupt")))) {
            assertThat(database.schemaVersion()).isEqualTo(Database.newestSchemaVersion());
        }
    }

    @Test
    void bad_release() throws Exception {
        restore("release").succeeds();
        try (Database database = Database.open(StoreSettings.embedded(folder.resolve("release")))) {
            database.jdbi()
                    .useHandle(handle -> handle.execute(
                            "insert into \"flyway_schema_history\" (\"installed_rank\", \"version\", \"description\","
                                    + " \"type\", \"script\", \"installed_by\", \"execution_time\", \"success\") values (999,"
                                    + " '1.999', 'later', 'SQL', 'V1_999__later.sql', 'x', 1, true)"));
        }

        try (TestHost host = TestHost.startWithKey(folder.resolve("release"), key)) {
            serves(host);
            assertThat(host.get("/auth/whoami").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void lost_signing_key() throws Exception {
        restore("signing").succeeds();
        Path data = folder.resolve("signing");
        try (TestHost host = TestHost.startWithKey(data, key)) {
            String kid = host.get("/.well-known/jwks.json").body().replaceFirst("(?s).*\"kid\":\"([^\"]+)\".*", "$1");
            HttpResponse<String> revoked =
                    host.post("/admin/revocations", "application/json", "{\"signingKey\":\"" + kid + "\"}");
            assertThat(revoked.statusCode()).as(revoked.body()).isBetween(200, 204);
        }
        Files.move(data.resolve("audit"), data.resolve("audit.lost"));
        Files.move(data.resolve("node"), data.resolve("node.lost"));

        try (TestHost host = TestHost.startWithKey(data, key)) {
            assertThat(host.get("/admin/audit/verify").body()).contains("\"intact\":true");
        }
    }

    @Test
    void lost_backup_key() throws IOException {
        type("backup verify", archive).fails("the archive is encrypted");
        type("backup keygen", "other.key").succeeds();
        type("backup keygen", "other.key").fails("exists; nothing is overwritten");
        type("backup verify", archive, "--key-file=other.key").fails("the key does not fit");
        type("backup verify", archive, "--key-file=backup.key", "--sha256=00").fails("(expected: that of --sha256)");

        assertThat(type("backup verify", archive, "--key-file=backup.key")
                        .succeeds()
                        .out())
                .contains("audit chain", "records in order", "intact");
        assertThat(type("backup verify", archive, "--key-file=backup.key", "--entries-only", "--json")
                        .succeeds()
                        .out())
                .contains("\"intact\":true", "\"tables\":");
    }

    @Test
    void a_store_goes_to_another_database_with_its_host() throws Exception {
        restore("moved").succeeds();
        StoreSettings shared = Databases.emptyPostgresql();

        assertThat(type("store migrate", "--data=moved", "--to-url=" + shared.url(), "--to-user=" + shared.user())
                        .succeeds()
                        .out())
                .contains("TABLE", "api_key", "copied and compared");
        type("store migrate", "--data=moved", "--to-url=" + shared.url(), "--to-user=" + shared.user())
                .fails("there are tables at");
        type("store migrate", "--data=moved", "--to-url=jdbc:mysql:x").fails("--to-url: \"jdbc:mysql:x\"");
        type("store migrate", "--data=moved").isRejected("--to-url");
        type("backup restore", archive, "--data=x", "--forse").fails("--section.key=value");
        Map<String, String> secrets =
                Map.of("BUSBAR_BACKUP_PASSPHRASE", "correct horse battery", "BUSBAR_TO_PASSWORD", "x");
        Typed.in(folder, secrets, "backup", "restore", archive, "--data=x").fails("encrypted with a random key");
    }
}
