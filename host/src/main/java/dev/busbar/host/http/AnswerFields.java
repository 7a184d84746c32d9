package dev.busbar.host.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * Header fields of answers as Jetty takes them. Those that say the same again and again are encoded once. Thread-safe;
 * holds strings only.
 */
final class AnswerFields {
    /** Of one name; beyond that many a value is encoded each time. */
    private static final int MOST_VALUES = 32;
    /** Longer ones are not worth their memory. */
    private static final int LONGEST_VALUE = 256;

    private static final Map<String, HttpHeader> KNOWN = known();

    private final Map<String, Map<String, HttpField>> encoded = steady(
            "access-control-allow-credentials",
            "access-control-allow-origin",
            "access-control-expose-headers",
            "cache-control",
            "content-encoding",
            "content-type",
            "ratelimit-policy",
            "strict-transport-security",
            "vary",
            "x-content-type-options");

    private static Map<String, HttpHeader> known() {
        Map<String, HttpHeader> known = new HashMap<>();
        for (HttpHeader header : HttpHeader.values()) {
            known.put(header.asString().toLowerCase(Locale.ROOT), header);
        }
        return known;
    }

    private static Map<String, Map<String, HttpField>> steady(String... names) {
        Map<String, Map<String, HttpField>> none = new HashMap<>();
        for (String name : names) {
            none.put(name, new ConcurrentHashMap<>());
        }
        return none;
    }

    /** A field, by its name in lower case. */
    HttpField of(String name, String value) {
        Map<String, HttpField> values = encoded.get(name);
        HttpField kept = values == null ? null : values.get(value);
        if (kept != null) {
            return kept;
        }
        @Nullable HttpHeader header = KNOWN.get(name);
        if (values == null || values.size() >= MOST_VALUES || !isPlain(value)) {
            return new HttpField(header, name, value);
        }
        HttpField made = new PreEncodedHttpField(header, name, value);
        values.put(value, made);
        return made;
    }

    /** What is encoded beforehand is sent as it is, so there must be nothing in it that could end a field. */
    private static boolean isPlain(String value) {
        if (value.length() > LONGEST_VALUE) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }
}
