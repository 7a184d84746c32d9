package dev.busbar.host.http;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpTokens;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The check of a request for what Jetty accepts and another reader would read differently, the same for every version of
 * HTTP: target, scheme, authority, framing (RFC 9110 sections 4.2 and 7.4, RFC 9112 sections 3.2 and 6.1, RFC 9113
 * section 8). Runs first, for each request, on the thread that reads from the connection. Stateless.
 */
final class RequestCheck {
    private static final String STAR = "*";
    /** The overhead of a header in the size of a section (RFC 9113 section 6.5.2). */
    private static final int HEADER_OVERHEAD = 32;

    private final int maxHeaderBytes;

    RequestCheck(int maxHeaderBytes) {
        this.maxHeaderBytes = maxHeaderBytes;
    }

    /** Returns whether it asks for the options of the host as a whole (RFC 9110 section 9.3.7). */
    static boolean isForServerOptions(Request request) {
        return STAR.equals(request.getHttpURI().getPath())
                && request.getMethod().equals("OPTIONS");
    }

    /** The problem with which a request is refused; null where it is well-formed. */
    @Nullable ProblemException refusal(Request request) {
        if (request.getMethod().equals("CONNECT")) {
            return ProblemType.NOT_IMPLEMENTED.problem("this host is no proxy: CONNECT is not implemented");
        }
        ProblemException refusal = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2
                ? inHttp2(request)
                : inHttp1(request.getHeaders());
        return refusal == null ? inTarget(request) : refusal;
    }

    private static @Nullable ProblemException inTarget(Request request) {
        HttpURI uri = request.getHttpURI();
        String path = uri.getPath();
        if (path == null || path.isEmpty() || (path.equals(STAR) && !isForServerOptions(request))) {
            return malformed("the request target has no path");
        }
        if (uri.getFragment() != null) {
            return malformed("the request target has a fragment");
        }
        String scheme = uri.getScheme();
        if (scheme != null
                && !scheme.equalsIgnoreCase(request.getConnectionMetaData().isSecure() ? "https" : "http")) {
            boolean known = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
            return known
                    ? ProblemType.MISDIRECTED_REQUEST.problem(
                            "the scheme of the request target is not that of the connection")
                    : malformed("the scheme of the request target is neither http nor https");
        }
        return null;
    }

    private static @Nullable ProblemException inHttp1(HttpFields fields) {
        boolean coded = false;
        for (HttpField field : fields) {
            if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
                if (coded || !"chunked".equalsIgnoreCase(field.getValue())) {
                    return ProblemType.NOT_IMPLEMENTED.problem(
                            "the transfer coding is not implemented (expected: chunked, alone)");
                }
                coded = true;
            }
        }
        return null;
    }

    private @Nullable ProblemException inHttp2(Request request) {
        HttpURI uri = request.getHttpURI();
        int size = length(uri.getPath()) + length(uri.getQuery());
        if (size > maxHeaderBytes) {
            return ProblemType.URI_TOO_LONG.problem("the request target is too long");
        }
        String host = null;
        boolean measured = false;
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            size += field.getName().length() + length(value) + HEADER_OVERHEAD;
            if (field.getHeader() == null) {
                continue;
            }
            switch (field.getHeader()) {
                case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE -> {
                    return malformed("HTTP/2 has no header " + field.getName());
                }
                case CONTENT_LENGTH -> {
                    if (measured || !isNumber(value)) {
                        return malformed("the content length is not one number");
                    }
                    measured = true;
                }
                case HOST -> {
                    if (host != null) {
                        return malformed("there is more than one Host");
                    }
                    host = value == null ? "" : value;
                }
                default -> {}
            }
        }
        if (size > maxHeaderBytes) {
            return ProblemType.HEADERS_TOO_LARGE.problem("the header section is too large");
        }
        if (request.getLength() < -1) {
            return malformed("there is no body of the announced length");
        }
        if (!isToken(request.getMethod())) {
            return malformed("the method is not a token");
        }
        String authority = uri.getAuthority();
        boolean named = authority != null && !authority.isEmpty();
        return named || (host != null && !host.isEmpty()) ? null : malformed("there is no authority");
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static boolean isNumber(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(String method) {
        for (int i = 0; i < method.length(); i++) {
            HttpTokens.Token token = HttpTokens.getToken(method.charAt(i));
            if (token == null || !token.isRfc2616Token()) {
                return false;
            }
        }
        return !method.isEmpty();
    }

    private static ProblemException malformed(String why) {
        return ProblemType.BAD_REQUEST.problem("the request is not well-formed HTTP: " + why);
    }
}
