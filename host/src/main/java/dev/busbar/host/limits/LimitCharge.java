package dev.busbar.host.limits;

import dev.busbar.core.ProblemType;
import dev.busbar.host.limits.LimitCounter.Verdict;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.plugin.ProblemException;
import java.util.ArrayList;
import java.util.List;

/** The charge of one request to its limits. Confined to one thread. */
final class LimitCharge {
    private final LimitPlan.Limits limits;
    private final Invocation invocation;
    private final long cost;

    LimitCharge(LimitPlan.Limits limits, Invocation invocation, long cost) {
        this.limits = limits;
        this.invocation = invocation;
        this.cost = cost;
    }

    /** A limit that was asked, with its verdict. */
    private record Asked(Limit limit, String subject, Verdict verdict) {
        Asked refunded(long cost) {
            long returned = limit.counter().refund(subject, cost);
            return new Asked(limit, subject, new Verdict(true, verdict.remaining() + returned, verdict.waitSeconds()));
        }
    }

    /**
     * Charges the cost of the request to every limit, or to none.
     *
     * @throws ProblemException 429 when one of them has too little left
     */
    void take() {
        List<Asked> asked = new ArrayList<>(limits.enforced().size());
        int refusing = -1;
        for (Limit limit : limits.enforced()) {
            String subject = limit.subject(invocation);
            LimitCounter counter = limit.counter();
            Verdict verdict = refusing < 0 ? counter.take(subject, cost) : counter.look(subject, cost);
            if (!verdict.passes() && refusing < 0) {
                refusing = asked.size();
            }
            asked.add(new Asked(limit, subject, verdict));
        }
        if (refusing >= 0) {
            for (int i = 0; i < refusing; i++) {
                asked.set(i, asked.get(i).refunded(cost));
            }
            addHeaders(asked);
            throw refused(asked);
        }
        passed(asked);
    }

    private void passed(List<Asked> asked) {
        addHeaders(asked);
        asked.forEach(this::hold);
        String note = nearest(asked);
        for (Limit limit : limits.shadow()) {
            String subject = limit.subject(invocation);
            Verdict verdict = limit.counter().take(subject, cost);
            if (verdict.passes()) {
                hold(new Asked(limit, subject, verdict));
            } else {
                limit.countRefused();
                note = limit.noted();
            }
        }
        if (!note.isEmpty()) {
            invocation.note("ratelimit", note);
        }
    }

    /** A concurrency slot is held until the handler has returned and the response is out. */
    private void hold(Asked asked) {
        asked.limit().countAllowed();
        if (asked.limit().isConcurrency()) {
            invocation.completion().onComplete(() -> asked.limit().counter().refund(asked.subject(), cost));
        }
    }

    private static String nearest(List<Asked> asked) {
        String nearest = "";
        double most = Double.NEGATIVE_INFINITY;
        for (Asked one : asked) {
            double used = one.limit().used(one.verdict());
            if (used > most) {
                most = used;
                nearest = one.limit().name();
            }
        }
        return nearest;
    }

    private void addHeaders(List<Asked> asked) {
        if (asked.isEmpty()) {
            return;
        }
        StringBuilder header = new StringBuilder(32 * asked.size());
        for (Asked one : asked) {
            one.limit().appendTo(header, one.verdict());
        }
        invocation.reply().addHeader("ratelimit-policy", limits.announced());
        invocation.reply().addHeader("ratelimit", header.toString());
    }

    private ProblemException refused(List<Asked> asked) {
        List<String> violated = new ArrayList<>();
        long wait = 1;
        for (Asked one : asked) {
            if (!one.verdict().passes()) {
                violated.add(one.limit().name());
                wait = Math.max(wait, one.verdict().waitSeconds());
                one.limit().countRefused();
            }
        }
        invocation.note("ratelimit", violated.get(0) + " refused");
        return ProblemType.QUOTA_EXCEEDED
                .problem("limits reached: " + String.join(", ", violated) + "; try again in " + wait + " s")
                .with("violated-policies", violated)
                .withHeader("Retry-After", Long.toString(wait));
    }
}
