package dev.busbar.host.authentication;

import dev.busbar.host.access.Authenticated;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.threads.NonBlocking;
import dev.busbar.plugin.ProblemException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts of attempts to authenticate, by method and outcome. Safe for any number of threads. */
final class AttemptCounts {
    private final Map<Method, Map<Outcome, Meters.Count>> counts = new EnumMap<>(Method.class);

    /** Method of authentication. */
    enum Method {
        KEY,
        TOKEN,
        BASIC,
        OTHER
    }

    /** Outcome of an attempt, by the status of its response. */
    enum Outcome {
        SUCCESS,
        REFUSED,
        LIMITED,
        UNAVAILABLE;

        static Outcome of(int status) {
            return switch (status) {
                case 429 -> LIMITED;
                case 503 -> UNAVAILABLE;
                default -> REFUSED;
            };
        }
    }

    AttemptCounts(Meters meters) {
        for (Method method : Method.values()) {
            Map<Outcome, Meters.Count> outcomes = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                outcomes.put(
                        outcome,
                        meters.count(
                                "busbar.auth.attempts",
                                "Credentials that were presented",
                                "method",
                                label(method),
                                "outcome",
                                label(outcome)));
            }
            counts.put(method, outcomes);
        }
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Counts an attempt by how it ends; not one that is retried on a worker thread. */
    Authenticated counted(Method method, Supplier<Authenticated> attempt) {
        @Nullable Outcome outcome = Outcome.REFUSED;
        try {
            Authenticated found = attempt.get();
            outcome = Outcome.SUCCESS;
            return found;
        } catch (ProblemException problem) {
            outcome = Outcome.of(problem.status());
            throw problem;
        } catch (NonBlocking.WouldBlockException postponed) {
            outcome = null;
            throw postponed;
        } finally {
            if (outcome != null) {
                count(method, outcome);
            }
        }
    }

    private void count(Method method, Outcome outcome) {
        Map<Outcome, Meters.Count> outcomes = counts.get(method);
        Meters.Count count = outcomes == null ? null : outcomes.get(outcome);
        if (count != null) {
            count.increment();
        }
    }
}
