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

    /** A limit with its verdict on the request. */
    private record Charged(Limit limit, String subject, Verdict verdict) {
        Charged refunded(long cost) {
            long returned = limit.counter().refund(subject, cost);
            return new Charged(
                    limit, subject, new Verdict(true, verdict.remaining() + returned, verdict.waitSeconds()));
        }
    }

    /**
     * Charges the cost of the request to every limit, or to none.
     *
     * @throws ProblemException 429 when one of them has too little left
     */
    void take() {
        List<Charged> charged = new ArrayList<>(limits.enforced().size());
        int rejecting = -1;
        for (Limit limit : limits.enforced()) {
            String subject = limit.subject(invocation);
            LimitCounter counter = limit.counter();
            Verdict verdict = rejecting < 0 ? counter.take(subject, cost) : counter.look(subject, cost);
            if (!verdict.passes() && rejecting < 0) {
                rejecting = charged.size();
            }
            charged.add(new Charged(limit, subject, verdict));
        }
        if (rejecting >= 0) {
            for (int i = 0; i < rejecting; i++) {
                charged.set(i, charged.get(i).refunded(cost));
            }
            addHeaders(charged);
            throw rejection(charged);
        }
        passed(charged);
    }

    private void passed(List<Charged> charged) {
        addHeaders(charged);
        charged.forEach(this::hold);
        String note = nearest(charged);
        for (Limit limit : limits.shadow()) {
            String subject = limit.subject(invocation);
            Verdict verdict = limit.counter().take(subject, cost);
            if (verdict.passes()) {
                hold(new Charged(limit, subject, verdict));
            } else {
                limit.countRejected();
                note = limit.noted();
            }
        }
        if (!note.isEmpty()) {
            invocation.note("ratelimit", note);
        }
    }

    /** A concurrency slot is held until the handler has returned and the response is out. */
    private void hold(Charged charged) {
        charged.limit().countAllowed();
        if (charged.limit().isConcurrency()) {
            invocation.completion().onComplete(() -> charged.limit().counter().refund(charged.subject(), cost));
        }
    }

    private static String nearest(List<Charged> charged) {
        String nearest = "";
        double max = Double.NEGATIVE_INFINITY;
        for (Charged one : charged) {
            double used = one.limit().used(one.verdict());
            if (used > max) {
                max = used;
                nearest = one.limit().name();
            }
        }
        return nearest;
    }

    private void addHeaders(List<Charged> charged) {
        if (charged.isEmpty()) {
            return;
        }
        StringBuilder header = new StringBuilder(32 * charged.size());
        for (Charged one : charged) {
            one.limit().appendTo(header, one.verdict());
        }
        invocation.reply().addHeader("ratelimit-policy", limits.announced());
        invocation.reply().addHeader("ratelimit", header.toString());
    }

    private ProblemException rejection(List<Charged> charged) {
        List<String> violated = new ArrayList<>();
        long wait = 1;
        for (Charged one : charged) {
            if (!one.verdict().passes()) {
                violated.add(one.limit().name());
                wait = Math.max(wait, one.verdict().waitSeconds());
                one.limit().countRejected();
            }
        }
        invocation.note("ratelimit", violated.get(0) + " refused");
        return ProblemType.QUOTA_EXCEEDED
                .problem("limits reached: " + String.join(", ", violated) + "; try again in " + wait + " s")
                .with("violated-policies", violated)
                .withHeader("Retry-After", Long.toString(wait));
    }
}
