package dev.busbar.host.pipeline;

import java.util.Arrays;
import java.util.Map;

/**
 * The headers that the host adds to the response, whatever its producer is. Confined to the thread that currently
 * processes the invocation.
 */
final class HostFields {
    private static final String CREDENTIALS = "Authorization, X-API-Key";
    private static final String NO_STORE = "no-store";
    private static final String PRIVATE = "private";
    /** The initial capacity, enough for most requests. */
    private static final int FEW = 4;

    private static final String[] NONE = {};

    private String[] names = NONE;
    private String[] values = NONE;
    private int count;
    private String vary = "";
    private boolean personal;

    void put(String name, String value) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(name)) {
                values[i] = value;
                return;
            }
        }
        if (count == names.length) {
            names = Arrays.copyOf(names, count + FEW);
            values = Arrays.copyOf(values, count + FEW);
        }
        names[count] = name;
        values[count++] = value;
    }

    void markPersonal() {
        if (!personal) {
            personal = true;
            varyOn(CREDENTIALS);
        }
    }

    void varyOn(String headers) {
        vary = vary.isEmpty() ? headers : vary + ", " + headers;
    }

    /** Adds them to the headers of a response, by names in lower case; a header of the response takes precedence. */
    Map<String, String> complete(Map<String, String> fields) {
        for (int i = 0; i < count; i++) {
            fields.putIfAbsent(names[i], values[i]);
        }
        if (personal) {
            String cache = fields.get("cache-control");
            if (cache == null) {
                fields.put("cache-control", PRIVATE);
            } else if (!lists(cache, NO_STORE) || lists(cache, "must-understand")) {
                fields.put("cache-control", narrowed(cache));
            }
        }
        if (!vary.isEmpty()) {
            fields.merge("vary", vary, (own, ours) -> lists(own, "*") ? own : own + ", " + ours);
        }
        return fields;
    }

    /**
     * The directives with {@code private}, and without those that would let a shared cache store the response:
     * {@code public}, {@code s-maxage}, and {@code private} for some headers only (RFC 9111 section 5.2.2).
     */
    private static String narrowed(String cacheControl) {
        if (cacheControl.equals(PRIVATE)) {
            return cacheControl;
        }
        if (isForAnyCache(cacheControl)) {
            return PRIVATE + ", " + cacheControl;
        }
        StringBuilder narrow = new StringBuilder(PRIVATE);
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i <= cacheControl.length(); i++) {
            char c = i == cacheControl.length() ? ',' : cacheControl.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            }
            if (i == cacheControl.length() || (c == ',' && !quoted)) {
                String directive = cacheControl.substring(from, i).strip();
                if (!directive.isEmpty() && !isForSharedCaches(directive)) {
                    narrow.append(", ").append(directive);
                }
                from = i + 1;
            }
        }
        return narrow.toString();
    }

    /** Returns whether nothing has to be left out, as of most responses; looks once over the text and copies nothing. */
    private static boolean isForAnyCache(String cacheControl) {
        for (int i = 0; i < cacheControl.length(); i++) {
            char c = cacheControl.charAt(i);
            boolean doubtful = c == '"'
                    || startsAt(i, cacheControl, "s-maxage")
                    || startsAt(i, cacheControl, "public")
                    || startsAt(i, cacheControl, PRIVATE);
            if (doubtful) {
                return false;
            }
        }
        return !lists(cacheControl, "");
    }

    private static boolean startsAt(int at, String text, String word) {
        return text.regionMatches(true, at, word, 0, word.length());
    }

    private static boolean isForSharedCaches(String directive) {
        int equals = directive.indexOf('=');
        String name = equals < 0 ? directive : directive.substring(0, equals).strip();
        return name.equalsIgnoreCase("public") || name.equalsIgnoreCase("s-maxage") || name.equalsIgnoreCase(PRIVATE);
    }

    /** Returns whether a member is in a comma-separated list, in any case; called for each response. */
    private static boolean lists(String list, String member) {
        int at = 0;
        while (at < list.length()) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            int from = at;
            at = end + 1;
            while (from < end && isSpace(list.charAt(from))) {
                from++;
            }
            while (end > from && isSpace(list.charAt(end - 1))) {
                end--;
            }
            if (end - from == member.length() && list.regionMatches(true, from, member, 0, member.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }
}
