package dev.busbar.host.pipeline;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The fields that the host adds to whatever answer there will be. Confined to the thread that has the invocation. */
final class HostFields {
    private static final String CREDENTIALS = "Authorization, X-API-Key";
    private static final String NO_STORE = "no-store";

    private final Map<String, String> added = new LinkedHashMap<>(4);
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

    /** Together with those of an answer, by names in lower case. */
    Map<String, String> over(Map<String, String> answered) {
        Map<String, String> fields = new LinkedHashMap<>(added);
        fields.putAll(answered);
        if (personal) {
            String cache = fields.getOrDefault("cache-control", "");
            if (!cache.equals(NO_STORE) && Collections.disjoint(list(cache), List.of("private", NO_STORE))) {
                fields.put("cache-control", "private");
            }
        }
        if (!vary.isEmpty()) {
            fields.merge("vary", vary, (own, ours) -> list(own).contains("*") ? own : own + ", " + ours);
        }
        return fields;
    }

    private static List<String> list(String value) {
        return Arrays.stream(value.toLowerCase(Locale.ROOT).split(","))
                .map(String::strip)
                .toList();
    }
}
