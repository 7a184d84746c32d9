package dev.busbar.host.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.staticfiles.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The pages that the host serves from its own jars, by path; a path that is not listed does not exist. Pages load
 * nothing from other hosts. Stateless.
 */
final class Pages {
    /** Part of the paths of its files, so that browsers can cache them without expiry. */
    private static final String SWAGGER_UI = "5.34.1";

    private static final String DOCS = "/docs";
    private static final String LIBRARY = DOCS + "/" + SWAGGER_UI;
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final String ASK_EACH_TIME = "no-cache";

    private static final Set<String> PATHS = Set.of(
            "/",
            "/index.html",
            "/console.css",
            DOCS,
            DOCS + "/docs.js",
            DOCS + "/docs.css",
            LIBRARY + "/swagger-ui.css",
            LIBRARY + "/swagger-ui-bundle.js");

    private Pages() {}

    /** Returns whether a path, as sent, is that of a page. */
    static boolean isPage(String path) {
        return PATHS.contains(path);
    }

    /** The headers of a page, beside those of every response. */
    static Map<String, String> fields(String path) {
        return path.startsWith(DOCS) ? PageHeaders.WITH_PICTURES : PageHeaders.ALL;
    }

    /** Configures the routes of all pages. */
    static void serve(JavalinConfig config) {
        add(config, "/", "/console", "max-age=0");
        add(config, DOCS, DOCS, ASK_EACH_TIME);
        add(
                config,
                LIBRARY,
                "/META-INF/resources/webjars/swagger-ui/" + SWAGGER_UI,
                "public, max-age=31536000, immutable");
        config.routes.get(DOCS, Pages::docs);
        config.routes.head(DOCS, Pages::docs);
    }

    private static void add(JavalinConfig config, String path, String folder, String caching) {
        config.staticFiles.add(files -> {
            files.hostedPath = path;
            files.directory = folder;
            files.location = Location.CLASSPATH;
            files.headers = Map.of(CACHE_CONTROL, caching);
        });
    }

    /** Serves the file itself: the directory would redirect to {@code /docs/}. */
    private static void docs(Context context) {
        try (InputStream page =
                Objects.requireNonNull(Pages.class.getResourceAsStream(DOCS + "/index.html"), "the page of " + DOCS)) {
            context.header(CACHE_CONTROL, ASK_EACH_TIME)
                    .contentType("text/html; charset=utf-8")
                    .result(page.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("the page of " + DOCS + " cannot be read", e);
        }
    }
}
