package dev.busbar.host.cache;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The directives of {@code Cache-Control} (RFC 9111 section 5.2), read in one pass and without regular expressions, for
 * each request. Unknown and malformed directives are ignored, but a malformed lifetime of a response counts as
 * zero (section 4.2.1). Confined to the thread that reads it.
 */
final class CacheDirectives {
    /** The value of a directive that is not present. */
    static final long ABSENT = -1;
    /** The value of {@code max-stale} without an argument. */
    static final long ANY = Long.MAX_VALUE;

    /** The directives of a message without {@code Cache-Control}. */
    private static final CacheDirectives NONE = new CacheDirectives(ABSENT);

    boolean noStore;
    boolean noCache;
    boolean isPrivate;
    boolean mustRevalidate;
    boolean onlyIfCached;
    long maxAge = ABSENT;
    long sharedMaxAge = ABSENT;
    long minFresh = ABSENT;
    long maxStale = ABSENT;
    long staleWhileRevalidate = ABSENT;
    long staleIfError = ABSENT;

    private final long invalid;

    private CacheDirectives(long invalid) {
        this.invalid = invalid;
    }

    /** The directives of a request; {@code Pragma} applies if there is no {@code Cache-Control} (section 5.4). */
    static CacheDirectives ofRequest(List<String> cacheControl, List<String> pragma) {
        if (cacheControl.isEmpty() && pragma.isEmpty()) {
            return NONE;
        }
        CacheDirectives read = new CacheDirectives(ABSENT);
        cacheControl.forEach(read::read);
        if (cacheControl.isEmpty() && pragma.stream().anyMatch(value -> value.equalsIgnoreCase("no-cache"))) {
            read.noCache = true;
        }
        return read;
    }

    /** The directives of a response. */
    static CacheDirectives ofResponse(@Nullable String cacheControl) {
        if (cacheControl == null) {
            return NONE;
        }
        CacheDirectives read = new CacheDirectives(0);
        read.read(cacheControl);
        return read;
    }

    private void read(String list) {
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i <= list.length(); i++) {
            char c = i == list.length() ? ',' : list.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            }
            if (i == list.length() || (c == ',' && !quoted)) {
                directive(list.substring(from, i).strip());
                from = i + 1;
            }
        }
    }

    private void directive(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals).strip();
        String value = equals < 0 ? null : text.substring(equals + 1);
        if (equals > name.length()) {
            value = ""; // no white space is allowed around the sign, so the argument is malformed
        }
        switch (name.length() > 25 ? "" : lower(name)) {
            case "no-store" -> noStore = true;
            case "no-cache" -> noCache = true; // with header names too: the whole response is the safe reading
            case "private" -> isPrivate = true;
            case "must-revalidate", "proxy-revalidate" -> mustRevalidate = true;
            case "only-if-cached" -> onlyIfCached = true;
            case "max-age" -> maxAge = shorter(maxAge, seconds(value, invalid));
            case "s-maxage" -> sharedMaxAge = shorter(sharedMaxAge, seconds(value, invalid));
            case "min-fresh" -> minFresh = seconds(value, minFresh);
            case "max-stale" -> maxStale = value == null ? ANY : seconds(value, maxStale);
            case "stale-while-revalidate" -> staleWhileRevalidate = seconds(value, invalid);
            case "stale-if-error" -> staleIfError = seconds(value, invalid);
            default -> {}
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Of two lifetimes the shorter one is safe. */
    private static long shorter(long known, long seconds) {
        if (seconds == ABSENT) {
            return known;
        }
        return known == ABSENT ? seconds : Math.min(known, seconds);
    }

    /** Whole seconds, also in quotes; a number above the maximum is the maximum (section 1.2.2). */
    private static long seconds(@Nullable String value, long otherwise) {
        if (value == null) {
            return otherwise;
        }
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        String digits = quoted ? value.substring(1, value.length() - 1) : value;
        long seconds = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return otherwise;
            }
            seconds = Math.min(Integer.MAX_VALUE, seconds * 10 + (c - '0'));
        }
        return digits.isEmpty() ? otherwise : seconds;
    }
}
