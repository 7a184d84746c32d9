package dev.busbar.host.auditlog;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import java.util.Map;
import java.util.TreeMap;

/** Fits the texts of an event to a record: bounded in length, and in characters that both databases can store. Stateless. */
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
    private static final int MAX_DETAILS = 50;
    private static final int MAX_SHORT_DETAILS = 8;
    private static final char REPLACEMENT = '\ufffd';

    private Texts() {}

    /** A copy of an event with every text bounded. */
    static AuditEvent fit(AuditEvent event) {
        return fit(event, MAX_DETAILS, VALUE);
    }

    /** A copy with tighter bounds, for an event that is one of many in memory. */
    static AuditEvent fitShort(AuditEvent event) {
        return fit(event, MAX_SHORT_DETAILS, SHORT_VALUE);
    }

    private static AuditEvent fit(AuditEvent event, int maxDetails, int value) {
        Actor actor = event.actor();
        Actor fitting = new Actor(
                fit(actor.id(), ID),
                fit(actor.kind(), KIND),
                actor.keyId().map(text -> fit(text, KEY)),
                actor.address().map(text -> fit(text, ADDRESS)),
                actor.correlationId().map(text -> fit(text, CORRELATION)));
        Map<String, String> details = new TreeMap<>();
        event.details().entrySet().stream()
                .limit(maxDetails)
                .forEach(detail -> details.put(fit(detail.getKey(), NAME), fit(detail.getValue(), value)));
        int left = event.details().size() - details.size();
        if (left > 0) {
            details.put("left_out", String.valueOf(left));
        }
        return new AuditEvent(
                fit(event.action(), ACTION), fitting, fit(event.target(), TARGET), event.outcome(), details);
    }

    /** A text cut to a length at a whole character, with characters replaced that PostgreSQL or UTF-8 cannot store. */
    static String fit(String text, int max) {
        return text.length() <= max && isPlain(text) ? text : cut(text, max);
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

    private static String cut(String text, int max) {
        StringBuilder cut = new StringBuilder(Math.min(text.length(), max));
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            boolean valid = point != 0 && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
            int fitting = valid ? point : REPLACEMENT;
            if (cut.length() + Character.charCount(fitting) > max) {
                cut.setLength(Math.min(cut.length(), max - 1));
                if (!cut.isEmpty() && Character.isHighSurrogate(cut.charAt(cut.length() - 1))) {
                    cut.setLength(cut.length() - 1);
                }
                return cut.append('…').toString();
            }
            cut.appendCodePoint(fitting);
            i += Character.charCount(point);
        }
        return cut.toString();
    }
}
