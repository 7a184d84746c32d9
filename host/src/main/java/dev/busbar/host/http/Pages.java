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
 * The pages that the host serves from its own jars, each by its path: what is not listed is not there. All they load
 * comes from here too, so they work without any other host. Stateless.
 */
final class Pages {
    /** Stands in the paths of its files, so that browsers may keep them for good. */
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

    /** Whether a path, as it was sent, is one of a page. */
    static boolean isOne(String path) {
        return PATHS.contains(path);
    }

    /** The fields of an answer, beside those of every answer. */
    static Map<String, String> fields(String path) {
        return path.startsWith(DOCS) ? PageFields.WITH_PICTURES : PageFields.ALL;
    }

    /** Has the files of the pages served. */
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

    /** Not by its folder, which would answer with a redirection to {@code /docs/}. */
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
