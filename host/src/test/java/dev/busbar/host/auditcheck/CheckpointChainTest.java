package dev.busbar.host.auditcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.auditchain.Checkpoint;
import dev.busbar.host.auditcheck.Verification.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.testing.SetClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of a node whose store and checkpoint file somebody else writes to. */
class CheckpointChainTest {
    @TempDir
    Path data;

    private Database database;
    private AuditChainRig rig;

    @BeforeEach
    void record() {
        database = Databases.open(Databases.h2());
        rig = AuditChainRig.recorded(data, database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private AuditChainRig restart() {
        rig = AuditChainRig.open(data, database);
        return rig;
    }

    private List<String> lines() throws IOException {
        return new ArrayList<>(Files.readAllLines(rig.file()));
    }

    private void assertNothingIsSigned(Kind kind) throws IOException {
        List<String> before = lines();
        rig.append(20);
        rig.close();
        assertThat(lines()).isEqualTo(before);
        assertThat(rig.fault().kind()).as(rig.fault().what()).isEqualTo(kind);
    }

    @Test
    void each_checkpoint_names_the_one_before_it() throws IOException {
        rig.close();
        restart().append(5);

        List<Checkpoint> all = new ArrayList<>();
        for (String line : lines().subList(1, 5)) {
            all.add(Checkpoint.Line.parse(line.getBytes(StandardCharsets.UTF_8))
                    .checkpoint()
                    .orElseThrow());
        }
        assertThat(all).extracting(Checkpoint::number).containsExactly(1L, 2L, 3L, 4L);
        for (int n = 1; n < 4; n++) {
            assertThat(all.get(n).follows(Optional.of(all.get(n - 1)))).isTrue();
        }
        assertThat(rig.only().fault()).isEmpty();
    }

    @Test
    void a_row_in_the_store_that_claims_to_be_ahead_ends_no_signing() throws IOException {
        rig.run("insert into audit_checkpoint values (?, 4611686018427387904, 'x', 0, 'x', null, null)", rig.node());
        restart();
        rig.run("delete from audit_checkpoint where seq > 1000");

        rig.append(5);

        assertThat(lines()).hasSize(4);
        assertThat(rig.only().fault()).isEmpty();
        assertThat(rig.only().unprotected()).isZero();
    }

    @Test
    void a_history_rewritten_with_all_checkpoints_removed_is_found_out_and_not_signed() throws IOException {
        rig.close();
        Files.writeString(rig.file(), "");
        rig.run("delete from audit_checkpoint");
        rig.forge(3);
        restart();

        assertNothingIsSigned(Kind.REWRITTEN);
    }

    @Test
    void lines_removed_from_the_file_are_missed() throws IOException {
        rig.close();
        List<String> good = lines();
        List<List<String>> bad = List.of(
                good.subList(0, 3), List.of(good.get(0), good.get(2), good.get(3)), good.subList(0, 1), List.of());

        for (List<String> lines : bad) {
            Files.write(rig.file(), lines);
            rig.assertFault(Kind.CHECKPOINT, lines.size() > 1 && lines.get(1).equals(good.get(2)) ? 1 : 12);
        }
        Files.write(rig.file(), List.of(good.get(0), good.get(1), good.get(3)));
        assertThat(rig.fault().what()).contains("lines after checkpoint 1 are missing");
    }

    @Test
    void lines_removed_from_the_file_are_missed_after_later_ones_too() throws IOException {
        rig.close();
        Files.writeString(rig.file(), "");

        restart().append(5);

        rig.assertFault(Kind.CHECKPOINT, 1);
        assertThat(rig.fault().what()).contains("lines before it are missing");
    }

    @Test
    void records_rewritten_before_they_are_signed_are_not_signed() throws IOException {
        rig.append(1);
        rig.forge(12);

        assertNothingIsSigned(Kind.REWRITTEN);
        restart();
        assertNothingIsSigned(Kind.REWRITTEN);
    }

    @Test
    void a_chain_that_was_changed_before_anything_was_signed_is_not_signed_after_a_restart() throws IOException {
        Path fresh = data.resolve("fresh");
        rig = AuditChainRig.open(fresh, database, new SetClock(Instant.EPOCH));
        rig.append(3);
        String node = rig.node();
        rig.run("update audit_record set actor = 'eve', hash = ? where node = ? and seq = 2", "e".repeat(64), node);
        rig.run("update audit_record set previous = ? where node = ? and seq = 3", "e".repeat(64), node);
        rig.run("update audit_head set hash = ? where node = ?", "f".repeat(64), node);
        rig.tick();

        rig = AuditChainRig.open(fresh, database);
        rig.tick();

        assertThat(Files.exists(rig.file())).isFalse();
        assertThat(Files.readString(fresh.resolve("audit/last-checkpoint"))).startsWith("none\nbroken 3 ");
    }

    @Test
    void a_checkpoint_that_an_earlier_version_wrote_to_the_store_alone_is_written_to_the_file() throws Exception {
        Files.delete(data.resolve("audit/last-checkpoint"));
        Files.delete(rig.file());
        rig.run("delete from audit_checkpoint");
        Checkpoint stored = Checkpoint.Line.parse(
                        earlier(rig.records().get(4).hash(), 5).getBytes(StandardCharsets.UTF_8))
                .checkpoint()
                .orElseThrow();
        rig.run(
                "insert into audit_checkpoint (node, seq, hash, at_nanos, signature) values (?, 5, ?, ?, ?)",
                rig.node(),
                stored.hash(),
                Duration.between(Instant.EPOCH, stored.at()).toNanos(),
                stored.signature());

        restart().append(5);

        assertThat(lines()).hasSize(3);
        assertThat(rig.only().fault()).isEmpty();
    }

    @Test
    void a_host_that_was_set_back_to_an_earlier_version_for_a_while_leaves_no_fault() throws Exception {
        rig.close();
        List<String> good = lines();
        rig.append("key:13", Map.of());
        good.add(earlier(rig.records().get(12).hash(), 13));
        Files.write(rig.file(), good);

        restart().append(5);

        assertThat(lines()).hasSize(6);
        assertThat(rig.only().fault()).isEmpty();
        Files.write(rig.file(), List.of(good.get(0), good.get(1), good.get(2), good.get(3), lines().get(5)));
        rig.assertFault(Kind.CHECKPOINT, 12);
    }

    @Test
    void records_cut_off_before_they_are_signed_are_missed() {
        rig.append(1);
        rig.run("delete from audit_record where seq > 11");
        rig.run("update audit_head set seq = 11, hash = (select hash from audit_record where seq = 11)");

        rig.assertFault(Kind.TRUNCATED, 12);
    }

    @Test
    void records_that_no_checkpoint_covers_for_two_intervals_are_a_fault() throws IOException {
        SetClock clock = new SetClock(Instant.now());
        rig = AuditChainRig.open(data, database, clock);
        Path kept = data.resolve("kept");
        Files.move(rig.file(), kept);
        Files.createDirectories(rig.file().resolve("in the way"));
        rig.append(1);
        clock.advance(Duration.ofHours(2).plusSeconds(1));
        rig.append(1);
        Files.delete(rig.file().resolve("in the way"));
        Files.delete(rig.file());
        Files.move(kept, rig.file());

        rig.assertFault(Kind.UNPROTECTED, 11);

        rig.tick();
        assertThat(rig.only().fault()).isEmpty();
        assertThat(rig.only().unprotected()).isZero();
    }

    @Test
    void a_crash_before_the_last_checkpoint_is_remembered_numbers_nothing_twice() throws IOException {
        Path memory = data.resolve("audit/last-checkpoint");
        byte[] before = Files.readAllBytes(memory);
        rig.close();
        Files.write(memory, before);

        restart().append(5);

        assertThat(lines()).hasSize(5);
        assertThat(rig.only().fault()).isEmpty();
    }

    @Test
    void a_memory_that_somebody_wrote_is_refused() throws IOException {
        Path memory = data.resolve("audit/last-checkpoint");
        String good = Files.readString(memory);

        for (String bad : List.of("", "x", good.replace("\"seq\":10", "\"seq\":11"), good + "broken\n", good + "x")) {
            Files.writeString(memory, bad);
            assertThatThrownBy(this::restart).as(bad).hasMessageContaining("holds no checkpoint that this node has");
        }
    }

    @Test
    void checkpoints_of_an_earlier_version_are_continued() throws Exception {
        Files.delete(data.resolve("audit/last-checkpoint"));
        String key = lines().get(0);
        String first = earlier(rig.records().get(4).hash(), 5);
        Files.write(rig.file(), List.of(key, first));
        rig.run("delete from audit_checkpoint");

        restart().append(5);

        assertThat(lines()).hasSize(3).startsWith(key, first);
        assertThat(lines().get(2)).contains("\"seq\":17", "\"number\":1");
        assertThat(rig.only().fault()).isEmpty();
        Files.write(rig.file(), List.of(lines().get(0), lines().get(2)));
        rig.assertFault(Kind.CHECKPOINT, 1);
    }

    /** A line as version 1 wrote it, signed by the key of the node. */
    private String earlier(String hash, long seq) throws Exception {
        Instant at = Instant.parse("2026-01-01T00:00:00Z");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (String text : List.of("busbar.audit.checkpoint.v1", rig.node())) {
            out.writeInt(text.length());
            out.writeBytes(text);
        }
        out.writeLong(seq);
        out.writeInt(hash.length());
        out.writeBytes(hash);
        out.writeLong(at.getEpochSecond());
        out.writeInt(at.getNano());
        String secret = Files.readAllLines(data.resolve("audit/signing.key")).get(0);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(KeyFactory.getInstance("Ed25519")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(secret))));
        signature.update(bytes.toByteArray());
        return "{\"node\":\"" + rig.node() + "\",\"seq\":" + seq + ",\"hash\":\"" + hash + "\",\"at\":\"" + at
                + "\",\"signature\":\"" + Base64.getEncoder().encodeToString(signature.sign()) + "\"}";
    }

    @Test
    void an_export_with_records_that_nothing_covers_is_not_intact() throws IOException {
        Instant now = Instant.now();
        String export = String.join("\n", rig.export()) + "\n";
        Path key = data.resolve("audit/signing.pub");

        for (Map.Entry<Instant, Boolean> each :
                Map.of(now.plusSeconds(60), false, now.minusSeconds(60), true).entrySet()) {
            Verification verification = ExportCheck.of(rig.file(), Optional.of(key), each.getKey())
                    .verify(new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)));
            assertThat(verification.intact()).isEqualTo(each.getValue());
        }
    }
}
