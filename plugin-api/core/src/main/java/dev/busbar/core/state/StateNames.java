package dev.busbar.core.state;

import dev.busbar.plugin.state.Query;
import java.util.regex.Pattern;

/** The names in the state of a platform. Stateless. */
public final class StateNames {
    private static final int MAX_QUOTED = 60;
    private static final Pattern NAME = Pattern.compile("[!-~]{1,200}");
    private static final Pattern PREFIX = Pattern.compile("[!-~]{0,200}");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}(\\s*;[ -~]{1,80})?");

    private StateNames() {}

    /**
     * Checks the id of a document, or the name of a blob.
     *
     * @param kind such as {@code document id}
     * @throws IllegalArgumentException when it is invalid
     */
    public static void check(String kind, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    kind + ": " + quoted(name) + " (expected: 1 to 200 characters of printable ASCII, no spaces)");
        }
    }

    /**
     * Checks the beginning of an id or name.
     *
     * @throws IllegalArgumentException when no id or name begins with it
     */
    public static void checkPrefix(String kind, String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(kind + " prefix: " + quoted(prefix)
                    + " (expected: at most 200 characters of printable ASCII, no spaces)");
        }
    }

    /**
     * Checks a media type.
     *
     * @throws IllegalArgumentException when it is invalid
     */
    public static void checkMediaType(String mediaType) {
        if (mediaType.length() > 100 || !MEDIA_TYPE.matcher(mediaType).matches()) {
            throw new IllegalArgumentException(
                    "blob media type: " + quoted(mediaType) + " (expected: such as text/csv, at most 100 characters)");
        }
    }

    /**
     * Checks what a page of blobs is asked for by.
     *
     * @throws IllegalArgumentException when it is invalid
     */
    public static void checkPage(String prefix, String after, int limit) {
        checkPrefix("blob name", prefix);
        checkPrefix("blob cursor", after);
        if (limit < 1 || limit > Query.MAX_LIMIT) {
            throw new IllegalArgumentException("blob limit: " + limit + " (expected: 1 to " + Query.MAX_LIMIT + ")");
        }
    }

    /**
     * Checks a part of a blob.
     *
     * @throws IllegalArgumentException when it is not within the content
     */
    public static void checkRange(String name, long size, long from, long length) {
        if (from < 0 || length < 0 || from > size || length > size - from) {
            throw new IllegalArgumentException("blob " + name + ": " + length + " bytes from " + from
                    + " (expected: within its " + size + " bytes)");
        }
    }

    /** The least text that is greater than all that begin with a prefix of printable ASCII, which is not empty. */
    public static String afterPrefix(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    private static String quoted(String text) {
        return text.length() <= MAX_QUOTED
                ? '"' + text + '"'
                : '"' + text.substring(0, MAX_QUOTED) + "…\" (" + text.length() + " characters)";
    }
}
