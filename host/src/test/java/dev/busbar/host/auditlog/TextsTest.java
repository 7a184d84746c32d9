package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.AuditRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static AuditEvent fit(String text) {
        Optional<String> given = Optional.of(text);
        Actor actor = new Actor(text, text, given, given, given);
        return Texts.fit(new AuditEvent(text, actor, text, AuditEvent.Outcome.REFUSED, Map.of(text, text, "b", "")));
    }

    @Test
    void characters_that_a_database_cannot_store_are_replaced() {
        AuditEvent event = fit("a\u0000\ud800\ud83d\ude00${jndi:ldap://x}{}");

        assertThat(event.target()).isEqualTo("a\ufffd\ufffd\ud83d\ude00${jndi:ldap://x}{}");
    }

    @Test
    void huge_texts_are_cut_at_a_whole_character() {
        AuditEvent event = fit("\ud83d\ude00".repeat(100_000));

        assertThat(event.target()).hasSizeLessThanOrEqualTo(500).endsWith("\ude00…");
        AuditRecord record =
                AuditRecord.after(AuditRecord.Head.empty("node-1"), Instant.EPOCH, event, Optional.empty());
        assertThat(record.toJson().length()).isLessThan(8_000);
    }
}
