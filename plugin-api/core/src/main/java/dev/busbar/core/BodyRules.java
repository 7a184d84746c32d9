package dev.busbar.core;

import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Locale;

/** Which bodies a route takes, by what is said of them before they stream in. Stateless. */
public final class BodyRules {
    private BodyRules() {}

    /**
     * Refuses what the route does not take.
     *
     * @param contentTypes the values of {@code Content-Type} as sent
     * @param contentLength the declared length in bytes; -1 when it is not declared
     * @throws ProblemException 415 for the media type, 413 for the length
     */
    public static void check(Route route, List<String> contentTypes, long contentLength) {
        check(route.consumes(), route.maxBodyBytes(), contentTypes, contentLength);
    }

    /**
     * The same for the rules of a route alone.
     *
     * @param consumes which media types a body may have; empty means any
     * @param maxBodyBytes how many bytes a body may have
     */
    public static void check(List<String> consumes, long maxBodyBytes, List<String> contentTypes, long contentLength) {
        checkType(consumes, contentTypes);
        if (contentLength > maxBodyBytes) {
            throw Problems.payloadTooLarge(maxBodyBytes);
        }
    }

    /**
     * Refuses a body with a content coding: nothing is decoded, so that a handler would read coded bytes as content.
     *
     * @param contentEncodings the values of {@code Content-Encoding} as sent
     * @throws ProblemException 415 for any coding but {@code identity} (RFC 9110 sections 8.4 and 12.5.3)
     */
    public static void checkCodings(List<String> contentEncodings) {
        for (String coding : contentEncodings) {
            if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
                throw ProblemType.UNSUPPORTED_MEDIA_TYPE
                        .problem("Content-Encoding \"" + coding + "\" (expected: none; bodies are not decoded)")
                        .withHeader("Accept-Encoding", "identity");
            }
        }
    }

    private static void checkType(List<String> consumes, List<String> contentTypes) {
        if (consumes.isEmpty()) {
            return;
        }
        String type = contentTypes.size() == 1 ? contentTypes.get(0) : "";
        int parameters = type.indexOf(';');
        String plain =
                (parameters < 0 ? type : type.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        if (!consumes.contains(plain)) {
            throw ProblemType.UNSUPPORTED_MEDIA_TYPE
                    .problem("Content-Type \"" + plain + "\" (expected: one of " + consumes + ")")
                    .withHeader("Accept", String.join(", ", consumes));
        }
    }
}
