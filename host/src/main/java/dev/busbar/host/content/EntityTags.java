package dev.busbar.host.content;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entity tags (RFC 9110 section 8.8.3). Stateless. */
public final class EntityTags {
    private static final int DIGEST_BYTES = 16;

    private EntityTags() {}

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is required of every JDK", e);
        }
    }

    /** The SHA-256 of a body, in base64url. */
    public static String digest(byte[] body) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256().digest(body));
    }

    /** A strong tag of a body. */
    public static String of(byte[] body) {
        byte[] digest = Arrays.copyOf(sha256().digest(body), DIGEST_BYTES);
        return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
    }

    /** The weak form of a tag, for a representation that is not identical to the byte (RFC 9110 section 8.8.1). */
    public static String weak(String tag) {
        return tag.startsWith("W/") ? tag : "W/" + tag;
    }

    /**
     * Looks for a tag in the lists of {@code If-None-Match}, by weak comparison (section 13.1.2).
     *
     * @return the one that matches, as the client wrote it; the tag itself for {@code *}; else null
     */
    static @Nullable String find(List<String> lists, String tag) {
        String opaque = tag.startsWith("W/") ? tag.substring(2) : tag;
        for (String list : lists) {
            if (list.strip().equals("*")) {
                return tag;
            }
            int from = list.indexOf('"');
            while (from >= 0) {
                int end = list.indexOf('"', from + 1);
                if (end < 0) {
                    break; // without its closing quote it matches nothing
                }
                if (end + 1 - from == opaque.length() && list.startsWith(opaque, from)) {
                    boolean weak = from >= 2 && list.startsWith("W/", from - 2);
                    return weak ? "W/" + opaque : opaque;
                }
                from = list.indexOf('"', end + 1);
            }
        }
        return null;
    }
}
