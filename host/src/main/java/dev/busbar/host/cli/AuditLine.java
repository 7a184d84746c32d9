package dev.busbar.host.cli;

import java.util.Locale;
import java.util.Map;

/**
 * Formats an audit record as one line. Values are escaped, so that none ends the line or looks like another column.
 * Stateless.
 */
final class AuditLine {
    private static final int LONG = 300;

    private AuditLine() {}

    /** Time, outcome, actor, action, target, client address and details. */
    static String of(Tree record) {
        Tree actor = record.get("actor");
        StringBuilder line = new StringBuilder(Plain.word(record.text("at")))
                .append("  ")
                .append(Plain.word(record.text("outcome").toLowerCase(Locale.ROOT)))
                .append("  ")
                .append(word(actor.text("id")))
                .append("  ")
                .append(word(record.text("action")))
                .append("  ")
                .append(word(record.text("target")));
        append(line, "kind", actor.text("kind"));
        append(line, "key", actor.text("keyId"));
        append(line, "from", actor.text("address"));
        append(line, "correlation", record.text("correlationId"));
        append(line, "record", record.text("seq"));
        append(line, "node", record.text("node"));
        for (Map.Entry<String, String> detail : record.get("details").texts()) {
            line.append("  ").append(word(detail.getKey())).append('=').append(word(detail.getValue()));
        }
        return line.toString();
    }

    private static void append(StringBuilder line, String name, String value) {
        if (!value.isEmpty()) {
            line.append("  ").append(name).append('=').append(word(value));
        }
    }

    private static String word(String text) {
        return Plain.word(text.length() <= LONG ? text : text.substring(0, LONG) + "…");
    }
}
