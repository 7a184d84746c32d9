package dev.busbar.host.auditlog;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.util.Map;
import java.util.TreeMap;

/** Makes what clients have a say in fit for a record: bounded, and what both databases can keep. Stateless. */
final class Texts {
    private static final int ID = 200;
    private static final int KIND = 32;
    private static final int KEY = 64;
    private static final int ADDRESS = 100;
    private static final int CORRELATION = 128;
    private static final int ACTION = 100;
    private static final int TARGET = 500;
    private static final int NAME = 100;
    private static final int VALUE = 2_000;
    private static final int SHORT_VALUE = 200;
    private static final int MOST_DETAILS = 50;
    private static final int MOST_SHORT_DETAILS = 8;
    private static final char REPLACEMENT = '\ufffd';

    private Texts() {}

    /** The same event with every text bounded. */
    static AuditEvent fit(AuditEvent event) {
        return fit(event, MOST_DETAILS, VALUE);
    }

    /** The same for one of very many that are held in memory. */
    static AuditEvent fitShort(AuditEvent event) {
        return fit(event, MOST_SHORT_DETAILS, SHORT_VALUE);
    }

    private static AuditEvent fit(AuditEvent event, int mostDetails, int value) {
        Actor actor = event.actor();
        Actor fitting = new Actor(
                fit(actor.id(), ID),
                fit(actor.kind(), KIND),
                actor.keyId().map(text -> fit(text, KEY)),
                actor.address().map(text -> fit(text, ADDRESS)),
                actor.correlationId().map(text -> fit(text, CORRELATION)));
        Map<String, String> details = new TreeMap<>();
        event.details().entrySet().stream()
                .limit(mostDetails)
                .forEach(detail -> details.put(fit(detail.getKey(), NAME), fit(detail.getValue(), value)));
        int left = event.details().size() - details.size();
        if (left > 0) {
            details.put("left_out", String.valueOf(left));
        }
        return new AuditEvent(
                fit(event.action(), ACTION), fitting, fit(event.target(), TARGET), event.outcome(), details);
    }

    /** At most so many characters, whole ones, and none that PostgreSQL or UTF-8 does not know. */
    static String fit(String text, int most) {
        return text.length() <= most && isPlain(text) ? text : cut(text, most);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    private static String cut(String text, int most) {
        StringBuilder fitting = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            boolean keepable = point != 0 && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
            int kept = keepable ? point : REPLACEMENT;
            if (fitting.length() + Character.charCount(kept) > most) {
                fitting.setLength(Math.min(fitting.length(), most - 1));
                if (!fitting.isEmpty() && Character.isHighSurrogate(fitting.charAt(fitting.length() - 1))) {
                    fitting.setLength(fitting.length() - 1);
                }
                return fitting.append('…').toString();
            }
            fitting.appendCodePoint(kept);
            i += Character.charCount(point);
        }
        return fitting.toString();
    }
}
