package dev.busbar.host.auditchain;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The JSON of a record, complete: the hash of the record that is read can be computed again. Stateless. */
final class RecordJson {
    private static final JsonCodec JSON = new JsonCodec(RecordJson.class.getClassLoader());

    private RecordJson() {}

    private record RecordMembers(
            String node,
            long seq,
            Instant at,
            ActorMembers actor,
            String action,
            String target,
            String outcome,
            @Nullable String correlationId,
            Map<String, String> details,
            @Nullable String entry,
            String previous,
            String hash) {}

    private record ActorMembers(
            String id,
            String kind,
            @Nullable String keyId,
            @Nullable String address) {}

    static String write(AuditRecord record) {
        AuditEvent event = record.event();
        Actor actor = event.actor();
        return "{\"node\":" + Json.text(record.node()) + ",\"seq\":" + record.seq() + ",\"at\":\"" + record.at()
                + "\",\"actor\":{\"id\":" + Json.text(actor.id()) + ",\"kind\":" + Json.text(actor.kind())
                + ",\"keyId\":" + Json.text(actor.keyId()) + ",\"address\":" + Json.text(actor.address())
                + "},\"action\":" + Json.text(event.action()) + ",\"target\":" + Json.text(event.target())
                + ",\"outcome\":\"" + event.outcome() + "\",\"correlationId\":" + Json.text(actor.correlationId())
                + ",\"details\":" + Json.object(event.details()) + ",\"entry\":" + Json.text(record.entry())
                + ",\"previous\":" + Json.text(record.previous()) + ",\"hash\":" + Json.text(record.hash()) + "}";
    }

    /**
     * Reads the text of {@link #write}.
     *
     * @throws ProblemException when it is another text
     */
    static AuditRecord read(String text) throws IOException {
        RecordMembers line =
                JSON.decode(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), RecordMembers.class);
        if (!isComplete(line)) {
            throw ProblemException.invalid("", "a required member is missing");
        }
        Actor actor = new Actor(
                line.actor().id(),
                line.actor().kind(),
                Optional.ofNullable(line.actor().keyId()),
                Optional.ofNullable(line.actor().address()),
                Optional.ofNullable(line.correlationId()));
        AuditEvent event = new AuditEvent(
                line.action(), actor, line.target(), AuditEvent.Outcome.of(line.outcome()), line.details());
        return new AuditRecord(
                line.node(),
                line.seq(),
                line.at(),
                event,
                Optional.ofNullable(line.entry()),
                line.previous(),
                line.hash());
    }

    private static boolean isComplete(RecordMembers line) {
        boolean members = Stream.of(
                        line.node(),
                        line.at(),
                        line.actor(),
                        line.action(),
                        line.target(),
                        line.outcome(),
                        line.details(),
                        line.previous(),
                        line.hash())
                .allMatch(Objects::nonNull);
        return members
                && Stream.of(line.actor().id(), line.actor().kind()).allMatch(Objects::nonNull)
                && line.details().values().stream().allMatch(Objects::nonNull);
    }
}
