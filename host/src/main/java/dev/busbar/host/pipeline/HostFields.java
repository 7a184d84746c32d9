package dev.busbar.host.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/** The fields that the host adds to whatever answer there will be. Confined to the thread that has the invocation. */
final class HostFields {
    private static final String CREDENTIALS = "Authorization, X-API-Key";
    private static final String NO_STORE = "no-store";

    private final Map<String, String> added = new LinkedHashMap<>();
    private String vary = "";
    private boolean personal;

    void put(String name, String value) {
        added.put(name, value);
    }

    void markPersonal() {
        if (!personal) {
            personal = true;
            varyOn(CREDENTIALS);
        }
    }

    void varyOn(String names) {
        vary = vary.isEmpty() ? names : vary + ", " + names;
    }

    /** Puts them beside those of an answer, by names in lower case; what the answer says itself stays. */
    Map<String, String> complete(Map<String, String> fields) {
        added.forEach(fields::putIfAbsent);
        if (personal) {
            String cache = fields.getOrDefault("cache-control", "");
            if (!lists(cache, NO_STORE) && !lists(cache, "private")) {
                fields.put("cache-control", "private");
            }
        }
        if (!vary.isEmpty()) {
            fields.merge("vary", vary, (own, ours) -> lists(own, "*") ? own : own + ", " + ours);
        }
        return fields;
    }

    /** Whether a member is in a comma-separated list, in any case; called for each answer. */
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
