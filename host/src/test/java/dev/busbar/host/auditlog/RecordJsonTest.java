package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
    private static final String HOSTILE =
            "a\r\n{\"seq\":1}\u0000\u001b[31m\u2028\u2029\u202e${jndi:ldap://x}{}\u0085\u007f\ud83d\ude00"
                    + "\ud800=1+1\\";

    private static AuditRecord record(String text) {
        Actor actor = new Actor(text, text, Optional.of(text), Optional.of(text), Optional.of(text));
        AuditEvent event =
                Texts.fit(new AuditEvent(text, actor, text, AuditEvent.Outcome.REFUSED, Map.of(text, text, "b", "")));
        return AuditRecord.after(
                new AuditRecord.Head("node-1", 0, AuditRecord.NOTHING),
                Instant.parse("2026-01-01T00:00:00.123456789Z"),
                event,
                Optional.empty());
    }

    @Test
    void hostile_texts_stay_on_their_line_and_are_what_they_were() throws IOException {
        AuditRecord record = record(HOSTILE);

        String line = record.toJson();

        assertThat(line).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u0085\\u2028\\u2029]");
        assertThat(RecordJson.read(line)).isEqualTo(record);
        assertThat(RecordJson.read(line).computeHash()).isEqualTo(record.hash());
        assertThat(record.event().target()).contains("${jndi:ldap://x}{}").doesNotContain("\u0000");
    }

    @Test
    void huge_texts_are_cut_at_a_whole_character() {
        AuditRecord record = record("\ud83d\ude00".repeat(100_000));

        assertThat(record.event().target()).hasSizeLessThanOrEqualTo(500).endsWith("\ude00…");
        assertThat(record.toJson().length()).isLessThan(8_000);
    }

    @Test
    void values_that_would_run_into_each_other_have_other_hashes() {
        AuditRecord.Head head = new AuditRecord.Head("node-1", 0, AuditRecord.NOTHING);
        AuditEvent one = AuditEvent.done("a", Actor.HOST, "bc", Map.of("x", "1", "y", "2"));
        AuditEvent other = AuditEvent.done("ab", Actor.HOST, "c", Map.of("x", "1", "y", "2"));
        AuditEvent merged = AuditEvent.done("a", Actor.HOST, "bc", Map.of("x", "1\",\"y\":\"2"));

        assertThat(AuditRecord.after(head, Instant.EPOCH, one, Optional.empty()).hash())
                .isNotEqualTo(AuditRecord.after(head, Instant.EPOCH, other, Optional.empty())
                        .hash())
                .isNotEqualTo(AuditRecord.after(head, Instant.EPOCH, merged, Optional.empty())
                        .hash())
                .isNotEqualTo(AuditRecord.after(head, Instant.EPOCH, one, Optional.of(""))
                        .hash());
    }
}
