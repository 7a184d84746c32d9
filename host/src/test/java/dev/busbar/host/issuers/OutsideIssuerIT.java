package dev.busbar.host.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.jwt.Forge;
import dev.busbar.host.testing.Lab;
import dev.busbar.host.testing.TestHost;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of other issuers, sent to a real host that fetches their keys from a real server. */
final class OutsideIssuerIT {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path data;

    private static OutsideIssuer issuer;
    private static ServerSocket inside;
    private static Path file;
    private static TestHost host;

    @BeforeAll
    static void startHost() throws Exception {
        issuer = new OutsideIssuer();
        inside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        file = Files.writeString(data.resolve("keys.json"), OutsideIssuer.keySet("c1", Forge.OTHER_RSA));
        List<String> arguments = new ArrayList<>(OutsideIssuer.trust("corp", issuer.url("/keys")));
        arguments.add("--issuers.corp.typ=at+jwt,jwt");
        arguments.add("--issuers.corp.kindClaim=kind");
        for (String name : List.of("slow", "huge", "redirect")) {
            arguments.addAll(OutsideIssuer.trust(name, issuer.url("/" + name)));
        }
        arguments.addAll(OutsideIssuer.trust("turning", "file:" + file));
        arguments.addAll(OutsideIssuer.trust("inside", "https://localhost:" + inside.getLocalPort() + "/keys"));
        host = Lab.start(data.resolve("data"), arguments.toArray(String[]::new));
    }

    @AfterAll
    static void stopHost() throws Exception {
        host.close();
        issuer.close();
        inside.close();
    }

    private static HttpResponse<String> call(String path, String token) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri(path)).header("Authorization", "Bearer " + token));
    }

    private static int use(Forge token) throws Exception {
        return call("/api/lab/items/7", token.token()).statusCode();
    }

    private static JsonNode whoami(Forge token) throws Exception {
        return MAPPER.readTree(call("/auth/whoami", token.token()).body());
    }

    @Test
    void a_valid_token_has_the_mapped_roles_only() throws Exception {
        Forge token = OutsideIssuer.token("corp", "good");

        JsonNode me = whoami(token);

        assertThat(me.get("id").asText()).isEqualTo("corp:alice");
        assertThat(me.get("kind").asText()).isEqualToIgnoringCase("service");
        assertThat(me.get("roles").toString()).isEqualTo("[\"analyst\"]");
        assertThat(me.get("permissions").toString()).isEqualTo("[\"*:read\"]");
        assertThat(use(token)).isEqualTo(200);
        assertThat(call("/admin/keys", token.token()).statusCode()).isEqualTo(403);
        Forge person = OutsideIssuer.token("corp", "person").claim("kind", "\"human\"");
        assertThat(whoami(person).get("kind").asText()).isEqualToIgnoringCase("human");
    }

    @Test
    void a_scope_of_this_host_limits_and_a_mapped_admin_is_one() throws Exception {
        Forge boss = OutsideIssuer.token("corp", "boss").claim("realm", "{\"roles\":\"boss\"}");
        Forge narrow = OutsideIssuer.token("corp", "narrow").claim("scope", "\"openid turbo:read\"");
        Forge nobody = OutsideIssuer.token("corp", "nobody").without("realm");

        assertThat(call("/admin/keys", boss.token()).statusCode()).isEqualTo(200);
        assertThat(use(narrow)).isEqualTo(403);
        assertThat(whoami(narrow).get("permissions").toString()).isEqualTo("[\"turbo:read\"]");
        assertThat(use(nobody)).isEqualTo(403);
    }

    /** Cases 10, 11 and 12. */
    @Test
    void tokens_for_others_of_others_and_id_tokens_are_refused() throws Exception {
        List<Forge> refused = List.of(
                OutsideIssuer.token("corp", "x1").claim("aud", "\"https://other.test\""),
                OutsideIssuer.token("corp", "x2").claim("aud", "[]"),
                OutsideIssuer.token("nobody", "x3"),
                OutsideIssuer.token("corp", "x4").header("typ", "\"JWT\"").claim("nonce", "\"n\""),
                OutsideIssuer.token("corp", "x5").header("typ", "\"JWT\"").claim("at_hash", "\"n\""),
                OutsideIssuer.token("corp", "x6").header("typ", "\"id+jwt\""),
                OutsideIssuer.token("turning", "x7").header("typ", "\"JWT\""),
                OutsideIssuer.token("corp", "x8").by(Forge.RSA.getPrivate(), "SHA256withRSA"),
                OutsideIssuer.token("corp", "x9")
                        .header("alg", "\"RS512\"")
                        .by(Forge.OTHER_RSA.getPrivate(), "SHA512withRSA"),
                OutsideIssuer.token("corp", "x10").without("jti"),
                OutsideIssuer.token("corp", "x11").without("exp"));
        for (Forge token : refused) {
            assertThat(use(token)).as(token.claimsJson()).isEqualTo(401);
        }
        assertThat(use(OutsideIssuer.token("corp", "plain").header("typ", "\"JWT\"")))
                .isEqualTo(200);
    }

    /** Case 4. */
    @Test
    void a_key_that_a_token_brings_or_names_is_not_looked_at() throws Exception {
        String url = "\"http://127.0.0.1:" + inside.getLocalPort() + "/keys\"";
        for (String member : List.of("jku", "x5u")) {
            Forge token = OutsideIssuer.token("corp", member).header(member, url);
            assertThat(use(token.by(Forge.RSA.getPrivate(), "SHA256withRSA"))).isEqualTo(401);
        }

        assertNobodyWasInside();
    }

    @Test
    void keys_on_a_private_address_are_not_fetched_unless_allowed() throws Exception {
        assertThat(use(OutsideIssuer.token("inside", "i1"))).isEqualTo(503);

        assertNobodyWasInside();
    }

    private static void assertNobodyWasInside() throws Exception {
        synchronized (inside) {
            inside.setSoTimeout(300);
            assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Case 6; each token has a key id of its own, and none is accepted. */
    @Test
    void a_flood_of_unknown_keys_hardly_reaches_the_issuer() throws Exception {
        assertThat(use(OutsideIssuer.token("corp", "before"))).isEqualTo(200);
        int before = issuer.asked("/keys");
        long start = System.nanoTime();

        for (int i = 0; i < 500; i++) {
            assertThat(use(OutsideIssuer.token("corp", "f" + i).header("kid", "\"unknown-" + i + "\"")))
                    .isEqualTo(401);
        }

        long intervals = Duration.ofNanos(System.nanoTime() - start).toSeconds() / 30 + 1;
        assertThat(issuer.asked("/keys") - before).isLessThanOrEqualTo((int) intervals);
    }

    @Test
    void redirects_and_huge_responses_are_rejected() throws Exception {
        assertThat(use(OutsideIssuer.token("redirect", "r"))).isEqualTo(503);
        assertThat(use(OutsideIssuer.token("huge", "h"))).isEqualTo(503);

        assertThat(issuer.asked("/redirect")).isPositive();
        assertThat(issuer.asked("/huge")).isPositive();
        assertThat(issuer.asked("/target")).isZero();
    }

    @Test
    void an_unresponsive_issuer_delays_no_request_for_long() throws Exception {
        for (int i = 0; i < 3; i++) {
            long before = System.nanoTime();
            assertThat(use(OutsideIssuer.token("slow", "s" + i))).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        }
        assertThat(use(OutsideIssuer.token("corp", "meanwhile"))).isEqualTo(200);
    }

    @Test
    void keys_that_an_issuer_replaces_are_replaced_here() throws Exception {
        Forge old = OutsideIssuer.token("turning", "old");
        Forge fresh = OutsideIssuer.token("turning", "fresh")
                .header("kid", "\"c2\"")
                .by(Forge.RSA.getPrivate(), "SHA256withRSA");
        assertThat(use(old)).isEqualTo(200);
        assertThat(use(fresh)).isEqualTo(401);

        Files.writeString(file, OutsideIssuer.keySet("c2", Forge.RSA));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(use(fresh)).isEqualTo(200));
        assertThat(use(old)).as("verified before").isEqualTo(401);
    }

    @Test
    void a_token_and_all_of_a_subject_can_be_revoked() throws Exception {
        Forge one = OutsideIssuer.token("corp", "one").claim("sub", "\"bob\"");
        Forge other = OutsideIssuer.token("corp", "other").claim("sub", "\"bob\"");
        assertThat(use(one)).isEqualTo(200);
        assertThat(use(other)).isEqualTo(200);

        assertThat(revoke("{\"jti\":\"one\",\"issuer\":\"corp\"}")).isEqualTo(201);
        assertThat(use(one)).isEqualTo(401);
        assertThat(use(other)).isEqualTo(200);
        assertThat(revoke("{\"subject\":\"corp:bob\"}")).isEqualTo(201);

        assertThat(use(other)).isEqualTo(401);
        assertThat(use(OutsideIssuer.token("corp", "alices"))).isEqualTo(200);
    }

    @Test
    void whatever_name_a_token_may_have_can_be_revoked_by_it() throws Exception {
        String id = "\ud83d\ude00".repeat(127) + "x";
        String subject = "s".repeat(255);
        Forge one = OutsideIssuer.token("corp", id).claim("sub", "\"" + subject + "\"");
        Forge other = OutsideIssuer.token("corp", "n-1").claim("sub", "\"" + subject + "\"");
        assertThat(use(one)).isEqualTo(200);
        assertThat(use(other)).isEqualTo(200);

        assertThat(revoke("{\"jti\":\"" + id + "\",\"issuer\":\"corp\"}")).isEqualTo(201);
        assertThat(use(one)).isEqualTo(401);
        assertThat(use(other)).isEqualTo(200);
        assertThat(revoke("{\"subject\":\"corp:" + subject + "\"}")).isEqualTo(201);
        assertThat(use(other)).isEqualTo(401);
        for (String unfit : List.of("   ", "\ud83d\ude00".repeat(128), "x".repeat(256))) {
            assertThat(use(OutsideIssuer.token("corp", unfit))).isEqualTo(401);
            assertThat(use(OutsideIssuer.token("corp", "n-2").claim("sub", "\"" + unfit + "\"")))
                    .isEqualTo(401);
            assertThat(revoke("{\"jti\":\"" + unfit + "\",\"issuer\":\"corp\"}"))
                    .isEqualTo(422);
        }
    }

    @Test
    void a_subject_with_a_long_name_makes_keys_that_end_with_its_token_and_are_listed_when_it_is_revoked()
            throws Exception {
        String subject = "u".repeat(255);
        Instant end = Instant.now().plusSeconds(600);
        String token = OutsideIssuer.token("corp", "maker")
                .claim("sub", "\"" + subject + "\"")
                .claim("realm", "{\"roles\":\"boss\"}")
                .token();

        HttpResponse<String> lasting = create(token, "");
        HttpResponse<String> made = create(token, ",\"expiresAt\":\"" + end + "\"");

        assertThat(lasting.statusCode()).as(lasting.body()).isEqualTo(422);
        assertThat(lasting.body()).contains("/expiresAt");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode key = MAPPER.readTree(made.body());
        assertThat(key.get("createdBy").asText()).isEqualTo("corp:" + subject);
        HttpResponse<String> revoked =
                host.post("/admin/revocations", "application/json", "{\"subject\":\"corp:" + subject + "\"}");
        assertThat(MAPPER.readTree(revoked.body()).get("keysCreated"))
                .extracting(JsonNode::asText)
                .containsExactly(key.get("id").asText());
    }

    private static HttpResponse<String> create(String token, String more) throws Exception {
        return host.send(HttpRequest.newBuilder(host.uri("/admin/keys"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"k\",\"owner\":\"made\",\"kind\":\"service\",\"roles\":[\"analyst\"]" + more
                                + "}")));
    }

    private static int revoke(String body) throws Exception {
        return host.post("/admin/revocations", "application/json", body).statusCode();
    }

    @Test
    void a_role_that_is_not_there_stops_the_start(@TempDir Path other) {
        List<String> arguments = new ArrayList<>(OutsideIssuer.trust("corp", issuer.url("/keys")));
        arguments.removeIf(argument -> argument.startsWith("--issuers.corp.roles="));
        arguments.add("--issuers.corp.roles=reader=analist");

        assertThatThrownBy(() -> TestHost.start(other, arguments.toArray(String[]::new)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("[analist]");
    }
}
