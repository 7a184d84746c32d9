package dev.busbar.host.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** A host with a plugin whose routes exercise valid and invalid behaviour. */
public final class Lab {
    private static final PluginJar JAR = PluginJar.named("lab")
            .members("""
            private static final Semaphore GATE = new Semaphore(0);
            private static final AtomicInteger WAITING = new AtomicInteger();
            private static volatile String seen = "";

            public record Item(String name, int count) {
                public Item {
                    if (count < 0) {
                        throw new IllegalArgumentException("count is negative");
                    }
                }
            }

            private static Response waitAtGate(Request request) throws Exception {
                WAITING.incrementAndGet();
                try {
                    GATE.acquire();
                    return Response.text("released");
                } finally {
                    WAITING.decrementAndGet();
                }
            }

            /** Reads on whatever happens, and tells what it has got by GET /seen. */
            private static Response readOn(Request request) {
                StringBuilder got = new StringBuilder();
                seen = "reading";
                try {
                    while (true) {
                        int c = request.body().read();
                        if (c < 0) {
                            break;
                        }
                        got.append((char) c);
                    }
                    seen = "all of " + got;
                } catch (IOException e) {
                    Thread.interrupted();
                    String then = "";
                    try {
                        then = " then " + request.body().read();
                    } catch (IOException | ProblemException again) {
                        then = " then refused";
                    }
                    seen = got + " then exception" + then;
                }
                return Response.text(seen);
            }

            private static Response numbers(Request request) {
                long count = Long.parseLong(request.query("n").orElse("10"));
                long bad = Long.parseLong(request.query("bad").orElse("-1"));
                return Response.stream("text/plain", out -> {
                    for (long i = 0; i < count; i++) {
                        if (i == bad) {
                            seen = "threw";
                            throw new IOException("secret");
                        }
                        out.write((i + "\\n").getBytes(StandardCharsets.UTF_8));
                    }
                    seen = "wrote all";
                });
            }

            private static Response gated(Request request) {
                return Response.stream("text/plain", out -> {
                    out.write("first".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    try {
                        GATE.acquire();
                    } catch (InterruptedException e) {
                        throw new InterruptedIOException();
                    }
                    out.write("second".getBytes(StandardCharsets.UTF_8));
                });
            }

            private static Response readWhileWriting(Request request) {
                return Response.stream("text/plain", out -> {
                    try {
                        out.write(request.body().read());
                    } catch (IOException e) {
                        out.write("refused".getBytes(StandardCharsets.UTF_8));
                    }
                });
            }
            """)
            .route("Route.get(\"/\", r -> Response.text(\"root\")).access(Access.PUBLIC)")
            .route("Route.get(\"/twice\", r -> Response.noContent().addHeader(\"Set-Cookie\", \"a=1\")"
                    + ".addHeader(\"Set-Cookie\", \"b=2\").addHeader(\"Link\", \"</1>\").addHeader(\"Link\", \"</2>\"))"
                    + ".access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/items/{id}\", r -> Response.json(new Item(r.pathParameter(\"id\"), 1))).access(Access.READ)")
            .route(
                    "Route.post(\"/items\", Item.class, (r, item) -> Response.json(item).status(201)).access(Access.WRITE)")
            .route("Route.post(\"/open\", Item.class, (r, item) -> Response.json(item)).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/me\", r -> Response.text(r.principal().map(Principal::id).orElse(\"nobody\"))).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/headers\", r -> Response.text(r.header(\"Authorization\").orElse(\"\") + r.header(\"X-API-Key\").orElse(\"\") + r.header(\"X-User-Id\").orElse(\"\") + \"|\" + r.header(\"X-Tag\").orElse(\"\"))).access(Access.PUBLIC).parameter(Parameter.header(\"X-Tag\", Codec.STRING).optional())")
            .route(
                    "Route.post(\"/length\", r -> Response.text(\"\" + r.body().readAllBytes().length)).access(Access.PUBLIC).maxBodyBytes(1000)")
            .route(
                    "Route.post(\"/large\", r -> Response.text(\"\" + r.body().transferTo(OutputStream.nullOutputStream()))).access(Access.PUBLIC).maxBodyBytes(1L << 30)")
            .route(
                    "Route.post(\"/ignore\", r -> Response.text(\"ignored\")).access(Access.PUBLIC).maxBodyBytes(1L << 30)")
            .route(
                    "Route.post(\"/first\", r -> Response.text(\"\" + (char) r.body().read())).access(Access.PUBLIC).maxBodyBytes(1L << 30)")
            .route("Route.post(\"/slow\", TestPlatform::readOn).access(Access.PUBLIC).deadline(Duration.ofMillis(300))")
            .route("Route.post(\"/patient\", TestPlatform::readOn).access(Access.PUBLIC)")
            .route("Route.post(\"/both\", TestPlatform::readWhileWriting).access(Access.PUBLIC)")
            .route("Route.get(\"/seen\", r -> Response.text(seen)).access(Access.PUBLIC)")
            .route("Route.get(\"/stream\", TestPlatform::numbers).access(Access.PUBLIC)")
            .route("Route.get(\"/gated\", TestPlatform::gated).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/wait\", TestPlatform::waitAtGate).access(Access.PUBLIC).deadline(Duration.ofSeconds(30))")
            .route(
                    "Route.get(\"/brief\", TestPlatform::waitAtGate).access(Access.PUBLIC).deadline(Duration.ofMillis(200))")
            .route(
                    "Route.get(\"/pause\", TestPlatform::waitAtGate).access(Access.PUBLIC).deadline(Duration.ofSeconds(2))")
            .route("Route.get(\"/null\", r -> null).access(Access.PUBLIC)")
            .route("Route.get(\"/error\", r -> { throw new StackOverflowError(\"secret\"); }).access(Access.PUBLIC)")
            .route("Route.get(\"/odd\", r -> Response.json(new Object())).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/conflict\", r -> { throw ProblemException.conflict(\"twice\").withHeader(\"Content-Length\", \"3\").withHeader(\"Transfer-Encoding\", \"chunked\"); }).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/owned\", r -> Response.text(\"own\").header(\"Connection\", \"close\").header(\"Transfer-Encoding\", \"chunked\").header(\"Content-Length\", \"1\").header(\"Server\", \"x\").header(\"X-Correlation-ID\", \"forged-id\").header(\"Keep-Alive\", \"timeout=1\").header(\"X-Own\", \"1\")).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/foreign\", r -> Response.text(\"f\").header(\"Access-Control-Allow-Origin\", \"*\").header(\"Access-Control-Allow-Credentials\", \"true\").header(\"Strict-Transport-Security\", \"max-age=0\").header(\"X-Content-Type-Options\", \"sniff\").header(\"Vary\", \"Accept\")).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/from\", r -> Response.text(r.header(\"X-Forwarded-For\").orElse(\"\") + r.header(\"Forwarded\").orElse(\"\") + r.header(\"X_Real_IP\").orElse(\"\") + r.header(\"X-Original-URL\").orElse(\"\") + \"|\")).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/cached\", r -> Response.text(\"c\").header(\"Cache-Control\", \"public, max-age=60\").header(\"Vary\", \"Accept\")).access(Access.READ)")
            .route(
                    "Route.get(\"/stored\", r -> Response.text(\"c\").header(\"Cache-Control\", \"no-store\")).access(Access.READ)")
            .route(
                    "Route.get(\"/status\", r -> { int status = Integer.parseInt(r.query(\"s\").orElse(\"200\"));"
                            + " return r.query(\"stream\").isPresent() ? Response.stream(\"text/plain\", out -> out.write('x')).status(status)"
                            + " : Response.text(\"x\").status(status).header(\"ETag\", \"\\\"1\\\"\"); }).access(Access.PUBLIC)")
            .route(
                    "Route.get(\"/empty\", r -> Response.stream(\"text/plain\", out -> out.write('x')).status(204)).access(Access.PUBLIC)")
            .route(
                    "Route.post(\"/gate\", r -> { GATE.release(); return Response.noContent(); }).access(Access.PUBLIC)");

    private Lab() {}

    /** Starts a host with the plugin {@code lab}. */
    public static TestHost start(Path data, String... arguments) throws IOException, InterruptedException {
        TestHost host = TestHost.start(data, arguments);
        assertThat(host.install(JAR).statusCode()).isEqualTo(200);
        return host;
    }

    /** The same over TLS, asked by a client of this context. */
    public static TestHost startEncrypted(Path data, SSLContext context, String... arguments)
            throws IOException, InterruptedException {
        TestHost host = TestHost.startEncrypted(data, context, arguments);
        assertThat(host.install(JAR).statusCode()).isEqualTo(200);
        return host;
    }

    /** The plugin, with another version. */
    public static PluginJar jar(String version) {
        return JAR.version(version);
    }
}
