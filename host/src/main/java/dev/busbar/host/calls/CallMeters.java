package dev.busbar.host.calls;

import dev.busbar.host.pipeline.Meters;

/** Counts calls by who called whom and how that ended. Thread-safe. */
final class CallMeters {
    private final Meters meters;

    CallMeters(Meters meters) {
        this.meters = meters;
    }

    /** One call; {@code target} is one that was found in the table, so that made-up names make no series. */
    void ended(String caller, String target, String outcome, long nanos) {
        meters.count(
                        "busbar.platform.calls",
                        "Calls from one platform to another",
                        "caller",
                        caller,
                        "target",
                        target,
                        "outcome",
                        outcome)
                .increment();
        meters.timer(
                        "busbar.platform.call.duration",
                        "Duration of calls between platforms",
                        "caller",
                        caller,
                        "target",
                        target)
                .record(nanos);
    }

    /** What a status counts as. */
    static String outcome(int status) {
        if (status == 0) {
            return "broken";
        }
        if (status < 400) {
            return "success";
        }
        return switch (status) {
            case 503 -> "unavailable";
            case 504 -> "timeout";
            case 508 -> "cycle";
            default -> status < 500 ? "refused" : "failed";
        };
    }
}
