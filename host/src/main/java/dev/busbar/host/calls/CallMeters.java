package dev.busbar.host.calls;

import dev.busbar.host.pipeline.Meters;

/** The metrics of platform calls, by calling platform, target and outcome. Thread-safe. */
final class CallMeters {
    private final Meters meters;

    CallMeters(Meters meters) {
        this.meters = meters;
    }

    /** Counts a call. The target must be a platform of the route table, so that made-up names do not create time series. */
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

    /** The outcome of a status; 0 is a response that broke off. */
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
