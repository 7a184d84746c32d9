package dev.busbar.host.idempotency;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.time.Instant;

/** The responses to requests whose key is taken. Stateless. */
final class IdempotencyReplay {
    private IdempotencyReplay() {}

    static void respond(
            Invocation invocation,
            IdempotencyStore.Reservation reservation,
            IdempotencyStore.KeyRecord existing,
            Instant now,
            IdempotencyCounts counts) {
        IdempotencyStore.RecordedResponse recorded = existing.response();
        if (!existing.fingerprint().equals(reservation.fingerprint())) {
            counts.count(invocation, IdempotencyCounts.Result.MISMATCH);
            invocation
                    .reply()
                    .fail(ProblemType.IDEMPOTENCY_KEY_REUSED.problem(
                            "the key was used for a request with another path, query, media type or body"));
        } else if (recorded != null) {
            replay(invocation, recorded, counts);
        } else {
            boolean running = existing.state() == IdempotencyStore.State.BEGUN
                    && existing.answerBy().isAfter(now);
            counts.count(invocation, running ? IdempotencyCounts.Result.CONFLICT : IdempotencyCounts.Result.UNKNOWN);
            invocation.reply().fail(conflict(existing, running));
        }
    }

    private static void replay(
            Invocation invocation, IdempotencyStore.RecordedResponse recorded, IdempotencyCounts counts) {
        counts.count(invocation, IdempotencyCounts.Result.REPLAYED);
        invocation.reply().claim().ifPresent(claim -> {
            Answer answer = Answer.buffered(recorded.status(), recorded.headers(), recorded.body());
            answer.field("idempotency-replayed", "true");
            claim.send(answer);
        });
    }

    private static ProblemException conflict(IdempotencyStore.KeyRecord existing, boolean running) {
        if (running) {
            return ProblemException.conflict("the first request with this key is still in progress")
                    .withHeader("Retry-After", "1");
        }
        if (existing.state() == IdempotencyStore.State.NOT_REPLAYABLE) {
            return ProblemType.IDEMPOTENCY_NOT_REPLAYABLE.problem(
                    "the first request with this key was executed; its response was streaming or too long to be"
                            + " stored, and the request is not executed again");
        }
        return ProblemType.IDEMPOTENCY_OUTCOME_UNKNOWN.problem(
                "the first request with this key was started, and its outcome is unknown; find out, then use"
                        + " another key. This one expires at " + existing.expiresAt());
    }
}
