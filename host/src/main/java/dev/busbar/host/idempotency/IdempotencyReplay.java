package dev.busbar.host.idempotency;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.time.Instant;

/** What a request gets whose key is taken. Stateless. */
final class IdempotencyReplay {
    private IdempotencyReplay() {}

    static void answer(
            Invocation invocation,
            IdempotencyStore.Beginning beginning,
            IdempotencyStore.Known known,
            Instant now,
            IdempotencyCounts counts) {
        IdempotencyStore.Kept kept = known.answer();
        if (!known.fingerprint().equals(beginning.fingerprint())) {
            counts.count(invocation, IdempotencyCounts.Result.MISMATCH);
            invocation
                    .reply()
                    .fail(ProblemType.IDEMPOTENCY_KEY_REUSED.problem(
                            "the key was used for a request with another path, query, media type or body"));
        } else if (kept != null) {
            replay(invocation, kept, counts);
        } else {
            boolean running = known.state() == IdempotencyStore.State.BEGUN
                    && known.answerBy().isAfter(now);
            counts.count(invocation, running ? IdempotencyCounts.Result.CONFLICT : IdempotencyCounts.Result.UNKNOWN);
            invocation.reply().fail(conflict(known, running));
        }
    }

    private static void replay(Invocation invocation, IdempotencyStore.Kept kept, IdempotencyCounts counts) {
        counts.count(invocation, IdempotencyCounts.Result.REPLAYED);
        invocation.reply().claim().ifPresent(claim -> {
            Answer answer = Answer.whole(kept.status(), kept.fields(), kept.body());
            answer.field("idempotency-replayed", "true");
            claim.send(answer);
        });
    }

    private static ProblemException conflict(IdempotencyStore.Known known, boolean running) {
        if (running) {
            return ProblemException.conflict("the first request with this key is still under way")
                    .withHeader("Retry-After", "1");
        }
        if (known.state() == IdempotencyStore.State.NOT_REPLAYABLE) {
            return ProblemType.IDEMPOTENCY_NOT_REPLAYABLE.problem(
                    "the first request with this key was done; its response was streamed or too long to be stored, and"
                            + " the request is not done again");
        }
        return ProblemType.IDEMPOTENCY_OUTCOME_UNKNOWN.problem(
                "the first request with this key was begun, and whether it was done is not known; find out, then use"
                        + " another key. This one expires at " + known.expiresAt());
    }
}
