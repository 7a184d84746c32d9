package dev.busbar.host.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/** Response headers as Jetty fields. Frequent values are encoded once. Thread-safe; holds strings only. */
final class EncodedHeaders {
    /** The max number of encoded values per name; further ones are encoded each time. */
    private static final int MAX_VALUES = 32;
    /** Longer values are encoded each time. */
    private static final int MAX_VALUE_LENGTH = 256;

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

    /** The field of a header with a lower-case name. */
    HttpField of(String name, String value) {
        Map<String, HttpField> values = encoded.get(name);
        HttpField encoded = values == null ? null : values.get(value);
        if (encoded != null) {
            return encoded;
        }
        @Nullable HttpHeader header = KNOWN.get(name);
        if (values == null || values.size() >= MAX_VALUES || !isPlain(value)) {
            return new HttpField(header, name, value);
        }
        HttpField made = new PreEncodedHttpField(header, name, value);
        values.put(value, made);
        return made;
    }

    /**
     * Returns whether a value is safe to encode in advance: it is sent verbatim, so it must not contain a line break.
     */
    private static boolean isPlain(String value) {
        if (value.length() > MAX_VALUE_LENGTH) {
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
