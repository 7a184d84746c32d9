package dev.busbar.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.bench.plugin.RecordPlatform;
import dev.busbar.rig.Machine;
import dev.busbar.rig.ServerProcess;
import io.github.bucket4j.Bucket;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.TooManyRequestsResponse;
import io.javalin.http.UnauthorizedResponse;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.AbstractDeserializer;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.Reader;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.tinylog.Logger;
import org.tinylog.ThreadContext;
import org.tinylog.configuration.Configuration;

/**
 * The reference of a comparison: a Javalin server that returns the same record, plain, or with the host's features wired by hand as the documentation of each library shows: a signature verified for each request, a role, a bucket, a timer, a line of JSON, a UUID. A main class.
 */
final class WiredServer {
    private static final String BEARER = "Bearer ";
    private static final String CLAIMS = "claims";
    private static final String BEGAN = "began";

    private final JwtParser parser;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private WiredServer(PublicKey key) {
        parser = Jwts.parser().verifyWith(key).json(new Json()).build();
    }

    /** Arguments: directory for {@code busbar.json}, and for the wired one modulus and exponent of the key, in base64url. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Path data = Path.of(arguments[0]);
        boolean wired = arguments.length > 1;
        if (wired) {
            logTo(data.resolve("access.log"));
        }
        Javalin server = wired ? new WiredServer(key(arguments[1], arguments[2])).start() : plain();
        PlainServer.announce(data, server.port());
    }

    /** Starts a server in its own process. */
    static ServerProcess start(Machine machine, Path data, String... key) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(ServerProcess.JAVA_OPTIONS.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WiredServer.class.getName()));
        command.add(data.toString());
        command.addAll(List.of(key));
        return ServerProcess.start(machine.asServer(command), Map.of(), data);
    }

    /** The JSON binding of jjwt with Jackson. */
    private static final class Json extends AbstractDeserializer<Map<String, ?>> {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        @Override
        protected Map<String, ?> doDeserialize(Reader reader) throws IOException {
            return MAPPER.readValue(reader, new TypeReference<Map<String, Object>>() {});
        }
    }

    private static void logTo(Path file) {
        Configuration.set("writer", "json");
        Configuration.set("writer.file", file.toString());
        Configuration.set("writer.format", "LDJSON");
        Configuration.set("writer.field.ts", "date");
        Configuration.set("writer.field.level", "level");
        Configuration.set("writer.field.message", "message");
        for (String field : List.of("correlationId", "principal", "status", "durationMs")) {
            Configuration.set("writer.field." + field, "context: " + field);
        }
    }

    private static PublicKey key(String modulus, String exponent) throws GeneralSecurityException {
        Base64.Decoder decoder = Base64.getUrlDecoder();
        RSAPublicKeySpec spec = new RSAPublicKeySpec(
                new BigInteger(1, decoder.decode(modulus)), new BigInteger(1, decoder.decode(exponent)));
        return KeyFactory.getInstance("RSA").generatePublic(spec);
    }

    private static Javalin plain() {
        return Javalin.create(config -> {
                    PlainServer.configure(config);
                    config.routes.get("/api/records/items/{id}", WiredServer::answer);
                })
                .start();
    }

    private Javalin start() {
        return Javalin.create(config -> {
                    PlainServer.configure(config);
                    config.routes.before(this::begin);
                    config.routes.before("/api/*", this::authenticate);
                    config.routes.before("/api/*", this::limit);
                    config.routes.get("/api/records/items/{id}", WiredServer::answer);
                    config.routes.after(this::end);
                })
                .start();
    }

    private static void answer(Context context) {
        context.json(RecordPlatform.Item.of(context.pathParam("id")));
    }

    private void begin(Context context) {
        String sent = context.header("X-Correlation-ID");
        String id = sent == null ? UUID.randomUUID().toString() : sent;
        context.attribute(BEGAN, System.nanoTime());
        context.header("X-Correlation-ID", id);
        ThreadContext.put("correlationId", id);
    }

    private void authenticate(Context context) {
        String header = context.header("Authorization");
        if (header == null || !header.startsWith(BEARER)) {
            throw new UnauthorizedResponse();
        }
        try {
            Claims claims =
                    parser.parseSignedClaims(header.substring(BEARER.length())).getPayload();
            if (!claims.get("roles", List.class).contains("admin")) {
                throw new ForbiddenResponse();
            }
            context.attribute(CLAIMS, claims);
        } catch (JwtException e) {
            throw new UnauthorizedResponse();
        }
    }

    private void limit(Context context) {
        Claims claims = context.attribute(CLAIMS);
        String subject = claims == null ? "" : claims.getSubject();
        Bucket bucket = buckets.computeIfAbsent(subject, any -> Bucket.builder()
                .addLimit(limit -> limit.capacity(10_000_000).refillGreedy(10_000_000, Duration.ofSeconds(1)))
                .build());
        if (!bucket.tryConsume(1)) {
            throw new TooManyRequestsResponse();
        }
    }

    private void end(Context context) {
        Long began = context.attribute(BEGAN);
        Claims claims = context.attribute(CLAIMS);
        Duration took = Duration.ofNanos(System.nanoTime() - (began == null ? 0 : began));
        Timer.builder("http.server.requests")
                .tag("method", context.method().name())
                .tag("uri", "/api/records/items/{id}")
                .tag("status", Integer.toString(context.statusCode()))
                .publishPercentileHistogram()
                .register(registry)
                .record(took);
        ThreadContext.put("principal", claims == null ? "" : claims.getSubject());
        ThreadContext.put("status", Integer.toString(context.statusCode()));
        ThreadContext.put("durationMs", Double.toString(took.toNanos() / 1e6));
        Logger.info("{} {}", context.method(), context.path());
        ThreadContext.clear();
    }
}
