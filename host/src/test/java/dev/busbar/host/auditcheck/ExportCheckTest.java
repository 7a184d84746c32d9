package dev.busbar.host.auditcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.auditchain.AuditRecord;
import dev.busbar.host.auditcheck.Verification.Chain;
import dev.busbar.host.auditcheck.Verification.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCheckTest {
    private static final Instant OVERDUE = Instant.now().minus(Duration.ofHours(1));

    @TempDir
    Path data;

    private String node;
    private List<String> export;
    private Path file;
    private Path key;

    @BeforeEach
    void chain() {
        key = data.resolve("audit/signing.pub");
        try (Database database = Databases.open(Databases.h2())) {
            AuditChainRig rig = AuditChainRig.recorded(data, database);
            node = rig.node();
            file = rig.file();
            export = rig.export();
        }
    }

    private Verification verify(Optional<Path> trusted) throws IOException {
        return verify(trusted, String.join("\n", export) + "\n");
    }

    private Verification verify(Optional<Path> trusted, String text) throws IOException {
        return ExportCheck.of(file, trusted, OVERDUE)
                .verify(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertFault(Kind kind, long seq) throws IOException {
        Verification verification = verify(Optional.of(key));
        assertThat(verification.intact()).isFalse();
        Verification.Fault fault = verification
                .chains()
                .get(verification.chains().size() - 1)
                .fault()
                .orElseThrow();
        assertThat(fault.kind()).as(fault.what()).isEqualTo(kind);
        assertThat(fault.seq()).as(fault.what()).isEqualTo(seq);
    }

    @Test
    void an_untouched_export_is_intact_with_either_source_of_the_key() throws IOException {
        for (Optional<Path> trusted : List.of(Optional.of(key), Optional.<Path>empty())) {
            Verification verification = verify(trusted);

            assertThat(verification.intact()).isTrue();
            assertThat(verification.chains())
                    .containsExactly(new Chain(node, 12, 12, 2, 10, true, true, 2, Optional.empty()));
        }
    }

    @Test
    void what_was_done_to_records_is_named() throws IOException {
        List<String> good = List.copyOf(export);
        export.set(6, good.get(6).replace("key.create", "key.revoke"));
        assertFault(Kind.EDITED, 7);
        export = new ArrayList<>(good);
        export.remove(6);
        assertFault(Kind.MISSING, 7);
        export = new ArrayList<>(good);
        export.add(6, export.remove(7));
        assertFault(Kind.MISSING, 7);
        export = new ArrayList<>(good);
        export.add(export.get(11));
        assertFault(Kind.REORDERED, 12);
        export = new ArrayList<>(good.subList(0, 9));
        assertFault(Kind.TRUNCATED, 10);
        export = new ArrayList<>(Forger.records(node, 12));
        assertFault(Kind.REWRITTEN, 1);
    }

    @Test
    void a_chain_that_is_gone_is_missed_also_where_another_took_its_place() throws IOException {
        export.clear();
        Verification verification = verify(Optional.of(key), "");
        assertThat(verification.chains().get(0).fault().orElseThrow().kind()).isEqualTo(Kind.TRUNCATED);

        export = Forger.records("other", 12);

        assertFault(Kind.TRUNCATED, 1);
    }

    @Test
    void a_chain_without_checkpoints_is_all_unprotected() throws IOException {
        export.addAll(Forger.records("other", 3));

        Verification verification = verify(Optional.of(key));

        assertThat(verification.intact()).isTrue();
        assertThat(verification.chains().get(1))
                .isEqualTo(new Chain("other", 3, 3, 0, 0, true, true, 3, Optional.empty()));
    }

    @Test
    void checkpoints_of_another_key_are_invalid() throws IOException {
        key = Files.writeString(data.resolve("forger.pub"), new Forger().publicKey() + "\n");

        assertFault(Kind.CHECKPOINT, 1);
    }

    @Test
    void a_key_that_comes_later_in_the_file_is_not_trusted() throws IOException {
        AuditRecord last = AuditRecord.parse(export.get(11));
        new Forger().appendCheckpoint(file, new AuditRecord.Head(node, 12, last.hash()));

        Verification verification = verify(Optional.empty());

        assertThat(verification.chains().get(0).fault().orElseThrow().kind()).isEqualTo(Kind.CHECKPOINT);
    }

    @Test
    void checkpoints_without_any_key_are_invalid() throws IOException {
        List<String> lines = Files.readAllLines(file);
        Files.write(file, lines.subList(1, lines.size()));

        assertThat(verify(Optional.empty())
                        .chains()
                        .get(0)
                        .fault()
                        .orElseThrow()
                        .kind())
                .isEqualTo(Kind.CHECKPOINT);
        assertThat(verify(Optional.of(key)).intact()).isTrue();
    }

    @Test
    void what_the_host_appends_after_the_beginning_is_for_the_next_time() throws IOException {
        ExportCheck check = ExportCheck.of(file, Optional.of(key), OVERDUE);
        Files.writeString(file, Files.readString(file) + "{\"node\":\"" + node + "\",\"seq\":99}\n");

        Verification verification = check.verify(
                new ByteArrayInputStream((String.join("\n", export) + "\n").getBytes(StandardCharsets.UTF_8)));

        assertThat(verification.intact()).isTrue();
    }

    @Test
    void an_export_that_is_none_is_refused() {
        String whole = String.join("\n", export) + "\n";
        List<String> bad = List.of(
                whole.substring(0, whole.length() - 5),
                whole.substring(0, whole.length() - 1),
                "<html>\n",
                whole + "\n",
                whole + "{}\n",
                whole + "null\n",
                whole.replace("\"key.create\"", "null"),
                whole.replace("{\"n\":\"3\"}", "{\"n\":null}"),
                whole + "x".repeat(2_000_000) + "\n",
                whole + Forger.records("other", 1).get(0) + "\n" + whole);

        for (String text : bad) {
            assertThatThrownBy(() -> verify(Optional.of(key), text))
                    .as(text.substring(text.length() - 5))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("export");
        }
    }

    @Test
    void files_that_hold_something_else_are_refused_without_being_shown() throws IOException {
        Path secret = data.resolve("audit/signing.key");

        assertThatThrownBy(() -> ExportCheck.of(file, Optional.of(secret), OVERDUE))
                .hasMessageContaining("no Ed25519 public key")
                .hasMessageNotContaining(Files.readAllLines(secret).get(0));
        assertThatThrownBy(() -> ExportCheck.of(key, Optional.empty(), OVERDUE)).hasMessageContaining("no checkpoint");
        Files.writeString(file, "");
        assertThatThrownBy(() -> ExportCheck.of(file, Optional.of(key), OVERDUE))
                .hasMessageContaining("no checkpoint");
    }
}
