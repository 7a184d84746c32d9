package dev.busbar.host.auditchain;

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
            "a\r\n{\"seq\":1}\u001b[31m\u2028\u2029\u202e${jndi:ldap://x}{}\u0085\u007f" + "\ud83d\ude00=1+1\\";

    @Test
    void hostile_texts_stay_on_their_line_and_are_what_they_were() throws IOException {
        Optional<String> hostile = Optional.of(HOSTILE);
        Actor actor = new Actor(HOSTILE, HOSTILE, hostile, hostile, hostile);
        AuditEvent event =
                new AuditEvent(HOSTILE, actor, HOSTILE, AuditEvent.Outcome.REFUSED, Map.of(HOSTILE, HOSTILE, "b", ""));
        AuditRecord record = AuditRecord.after(
                AuditRecord.Head.empty("node-1"),
                Instant.parse("2026-01-01T00:00:00.123456789Z"),
                event,
                Optional.empty());

        String line = record.toJson();

        assertThat(line).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u0085\\u2028\\u2029]");
        assertThat(AuditRecord.parse(line)).isEqualTo(record);
        assertThat(AuditRecord.parse(line).computeHash()).isEqualTo(record.hash());
    }

    @Test
    void values_that_would_run_into_each_other_have_other_hashes() {
        AuditRecord.Head head = AuditRecord.Head.empty("node-1");
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
