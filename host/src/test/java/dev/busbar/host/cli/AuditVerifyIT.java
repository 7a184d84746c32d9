package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.testing.TestHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code audit verify} at a host whose store somebody else writes to. */
final class AuditVerifyIT {
    @TempDir
    Path data;

    private Path file;
    private Path key;

    static Stream<Named<Supplier<StoreSettings>>> stores() {
        return Stream.of(Named.of("H2", Databases::h2), Named.of("PostgreSQL", Databases::postgresql));
    }

    private TestHost start(StoreSettings store) throws Exception {
        file = data.resolve("audit/checkpoints.ndjson");
        key = data.resolve("audit/signing.pub");
        return TestHost.start(
                data, "--store.url=" + store.url(), "--store.user=" + store.user(), "--audit.checkpointRecords=5");
    }

    /** Records enough for a checkpoint. */
    private void fill(TestHost host) throws Exception {
        for (int n = 0; n < 8; n++) {
            assertThat(host.post(
                                    "/admin/keys",
                                    "application/json",
                                    "{\"name\":\"k" + n
                                            + "\",\"owner\":\"robot\",\"kind\":\"service\",\"roles\":[\"analyst\"]}")
                            .statusCode())
                    .isEqualTo(201);
        }
        await().until(() -> Files.exists(file) && Files.readAllLines(file).size() > 1);
    }

    private Typed verify(String... more) {
        String[] arguments = Stream.concat(Stream.of("audit", "verify", "--data=" + data), Stream.of(more))
                .toArray(String[]::new);
        return Typed.in(data, Map.of(), arguments);
    }

    private Typed verifyHere() {
        return verify("--checkpoints=" + file, "--key=" + key);
    }

    private void bothName(String fault) {
        verify().isNotIntact(fault, "NOT INTACT");
        verifyHere().isNotIntact(fault, "NOT INTACT");
    }

    private static void run(Database database, String sql) {
        database.jdbi().useHandle(handle -> handle.execute(sql));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void what_was_done_to_the_store_is_named_by_the_host_and_here(Supplier<StoreSettings> stores) throws Exception {
        StoreSettings store = stores.get();
        try (Database database = Database.open(store)) {
            try (TestHost host = start(store)) {
                fill(host);
                assertThat(verify().succeeds().out()).contains("records in order", "intact");
                assertThat(verifyHere().succeeds().out()).contains("records in order", "intact");

                run(database, "create table kept as select * from audit_record where seq = 3");
                run(database, "update audit_record set actor = 'eve' where seq = 3");
                bothName("EDITED at record 3");
                run(database, "delete from audit_record where seq = 3");
                bothName("MISSING at record 3");
                run(database, "insert into audit_record select * from kept");
                verifyHere().succeeds();
            }
            run(database, "delete from audit_record where seq > 2");
            run(database, "delete from audit_checkpoint where seq > 2");
            run(database, "update audit_head set seq = 2, hash = (select hash from audit_record where seq = 2)");
            try (TestHost host = start(store)) {
                assertThat(host.host().port()).isPositive();
                verify().isNotIntact("TRUNCATED at record", "NOT INTACT");
                verifyHere().isNotIntact("TRUNCATED at record", "NOT INTACT");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void only_the_right_key_is_believed_and_where_it_came_from_is_said(Supplier<StoreSettings> stores)
            throws Exception {
        try (TestHost host = start(stores.get())) {
            fill(host);
            Path other = data.resolve("other.pub");
            byte[] wrong = KeyPairGenerator.getInstance("Ed25519")
                    .generateKeyPair()
                    .getPublic()
                    .getEncoded();
            Files.writeString(other, Base64.getEncoder().encodeToString(wrong) + "\n");

            verify("--checkpoints=" + file, "--key=" + other)
                    .isNotIntact("CHECKPOINT at record", "not signed by the key");
            verify("--checkpoints=" + file, "--key=" + key, "--max-age=PT-1M")
                    .isNotIntact("UNPROTECTED at record", "no checkpoint covers them");
            verify("--checkpoints=" + file, "--key=" + data.resolve("none")).fails("none does not exist");
            verify("--checkpoints=" + data.resolve("none")).fails("none does not exist");
            verify("--checkpoints=" + data).fails();
            verify("--checkpoints=" + key).fails("holds no checkpoint");
            assertThat(verify("--checkpoints=" + file).succeeds().errors())
                    .contains("the key was taken from " + file + " itself");
            assertThat(verifyHere().succeeds().errors()).isEmpty();
            assertThat(verify("--json", "--checkpoints=" + file, "--key=" + key)
                            .succeeds()
                            .out())
                    .startsWith("{\"intact\":true,\"chains\":[{\"node\":\"")
                    .hasLineCount(1);
        }
    }
}
