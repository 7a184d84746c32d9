package dev.busbar.host.observe;

import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Invocation;

/** The header {@code Server-Timing} (W3C Server Timing). Stateless; runs on the thread that answers. */
final class ServerTiming {
    private static final String FIELD = "server-timing";

    private ServerTiming() {}

    /**
     * Adds the time that the request has taken so far, for authenticated clients only. Rejections for a credential, a
     * permission or a limit get no header, because their timing could reveal what the host knows.
     */
    static void add(Invocation invocation, Answer answer) {
        int status = answer.status();
        if (invocation.caller().isEmpty() || status == 401 || status == 403 || status == 429) {
            return;
        }
        long all = System.nanoTime() - invocation.timing().arrivedNanos();
        long handler = Math.min(all, invocation.timing().handlerNanos());
        StringBuilder value = new StringBuilder(64);
        String own = answer.field(FIELD);
        if (own != null) {
            value.append(own).append(", ");
        }
        millis(value.append("host;dur="), all - handler);
        millis(value.append(", handler;dur="), handler);
        answer.field(FIELD, value.toString());
    }

    private static void millis(StringBuilder value, long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        long rest = micros % 1_000;
        value.append(micros / 1_000).append('.');
        value.append(rest < 10 ? "00" : rest < 100 ? "0" : "").append(rest);
    }
}
