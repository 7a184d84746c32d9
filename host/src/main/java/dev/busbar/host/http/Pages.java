package dev.busbar.host.http;

import dev.busbar.core.ProblemType;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.pipeline.Invocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The pages that the host serves from its own jars, by path; a path that is not listed does not exist. Pages load
 * nothing from other hosts. All are read and compressed once, and served from memory. Immutable; may be called from any
 * thread.
 */
final class Pages {
    /** Part of the paths of its files, so that browsers can cache them without expiry. */
    private static final String SWAGGER_UI = "5.34.1";

    private static final String DOCS = "/docs";
    private static final String LIBRARY = DOCS + "/" + SWAGGER_UI;
    private static final String LIBRARY_FILES = "/META-INF/resources/webjars/swagger-ui/" + SWAGGER_UI;
    private static final String ASK_EACH_TIME = "no-cache";
    private static final String CHANGES_SELDOM = "max-age=0";
    private static final String NEVER_CHANGES = "public, max-age=31536000, immutable";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String ICON = "image/svg+xml";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final int TAG_BYTES = 16;

    private final Map<String, Page> pages = new HashMap<>();

    /**
     * The response headers of pages, beside those of every response: a page loads from this host only, cannot be framed,
     * and no other origin can access its window or contents.
     */
    private static final class PageHeaders {
        private static final String POLICY = "Content-Security-Policy";
        private static final String OWN_ONLY =
                "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

        static final Map<String, String> ALL = Map.of(
                POLICY,
                OWN_ONLY,
                "Referrer-Policy",
                "no-referrer",
                "Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
                "Cross-Origin-Opener-Policy",
                "same-origin",
                "Cross-Origin-Resource-Policy",
                "same-origin");

        /** The headers of a page whose style sheet contains inline images, as that of Swagger UI. */
        static final Map<String, String> WITH_PICTURES = withPictures();

        private static Map<String, String> withPictures() {
            Map<String, String> fields = new HashMap<>(ALL);
            fields.put(POLICY, OWN_ONLY + "; img-src 'self' data:");
            return Map.copyOf(fields);
        }
    }

    /** A page in memory. */
    private record Page(Map<String, String> headers, byte[] content, byte[] gzip) {
        Answer answer() {
            Answer answer = Answer.buffered(200, headers, content);
            answer.compressed(gzip);
            return answer;
        }
    }

    /** Reads all pages. */
    Pages() {
        add("/", "/console/index.html", HTML, CHANGES_SELDOM);
        add("/index.html", "/console/index.html", HTML, CHANGES_SELDOM);
        add("/console.css", "/console/console.css", CSS, CHANGES_SELDOM);
        add("/icon.svg", "/console/icon.svg", ICON, CHANGES_SELDOM);
        add(DOCS, DOCS + "/index.html", HTML, ASK_EACH_TIME);
        add(DOCS + "/docs.js", DOCS + "/docs.js", SCRIPT, ASK_EACH_TIME);
        add(DOCS + "/docs.css", DOCS + "/docs.css", CSS, ASK_EACH_TIME);
        add(LIBRARY + "/swagger-ui.css", LIBRARY_FILES + "/swagger-ui.css", CSS, NEVER_CHANGES);
        add(LIBRARY + "/swagger-ui-bundle.js", LIBRARY_FILES + "/swagger-ui-bundle.js", SCRIPT, NEVER_CHANGES);
    }

    private void add(String path, String resource, String type, String caching) {
        try (InputStream in =
                Objects.requireNonNull(Pages.class.getResourceAsStream(resource), "the page " + resource)) {
            byte[] content = in.readAllBytes();
            byte[] compressed = gzip(content);
            Map<String, String> headers =
                    new HashMap<>(path.startsWith(DOCS) ? PageHeaders.WITH_PICTURES : PageHeaders.ALL);
            headers.put("content-type", type);
            headers.put("cache-control", caching);
            headers.put("etag", tag(content));
            pages.put(
                    path,
                    new Page(
                            Map.copyOf(headers),
                            content,
                            compressed.length < content.length ? compressed : Answer.NOT_SMALLER));
        } catch (IOException e) {
            throw new UncheckedIOException("the page of " + path + " cannot be read", e);
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static String tag(byte[] content) {
        try {
            byte[] digest = Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(content), TAG_BYTES);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is required of every JDK", e);
        }
    }

    /** Returns whether a path, as sent, is that of a page. */
    boolean isPage(@Nullable String path) {
        return path != null && pages.containsKey(path);
    }

    /**
     * Serves a page.
     *
     * @throws dev.busbar.plugin.ProblemException 405 for a method other than {@code GET} and {@code HEAD}
     */
    void serve(Invocation invocation) {
        String method = invocation.exchange().method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw ProblemType.METHOD_NOT_ALLOWED
                    .problem("a page does not answer the method")
                    .withHeader("Allow", "GET, HEAD");
        }
        Page page = Objects.requireNonNull(pages.get(invocation.exchange().rawPath()));
        invocation.reply().claim().ifPresent(claim -> claim.send(page.answer()));
    }
}
