package dev.busbar.host.auditlog;

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

/** A record as one line of JSON, complete: its hash can be computed anew from what is read. Stateless. */
final class RecordJson {
    private static final JsonCodec JSON = new JsonCodec(RecordJson.class.getClassLoader());

    private RecordJson() {}

    private record Line(
            String node,
            long seq,
            Instant at,
            Who actor,
            String action,
            String target,
            String outcome,
            @Nullable String correlationId,
            Map<String, String> details,
            @Nullable String entry,
            String previous,
            String hash) {}

    private record Who(
            String id,
            String kind,
            @Nullable String keyId,
            @Nullable String address) {}

    static String write(AuditRecord it) {
        AuditEvent event = it.event();
        Actor actor = event.actor();
        return "{\"node\":" + Json.text(it.node()) + ",\"seq\":" + it.seq() + ",\"at\":\"" + it.at()
                + "\",\"actor\":{\"id\":" + Json.text(actor.id()) + ",\"kind\":" + Json.text(actor.kind())
                + ",\"keyId\":" + Json.text(actor.keyId()) + ",\"address\":" + Json.text(actor.address())
                + "},\"action\":" + Json.text(event.action()) + ",\"target\":" + Json.text(event.target())
                + ",\"outcome\":\"" + event.outcome() + "\",\"correlationId\":" + Json.text(actor.correlationId())
                + ",\"details\":" + Json.object(event.details()) + ",\"entry\":" + Json.text(it.entry())
                + ",\"previous\":" + Json.text(it.previous()) + ",\"hash\":" + Json.text(it.hash()) + "}";
    }

    /**
     * What {@link #write} has written.
     *
     * @throws ProblemException when it is something else
     */
    static AuditRecord read(String text) throws IOException {
        Line line = JSON.decode(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Line.class);
        if (!isWhole(line)) {
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

    private static boolean isWhole(Line line) {
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
