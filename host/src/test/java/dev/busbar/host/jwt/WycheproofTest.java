package dev.busbar.host.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The signature and key vectors of C2SP Wycheproof. They are not part of this repository, which has its own of the same
 * kinds in {@link SignatureKindsTest}: they are looked for beside
 * it, in {@code ../shared/data/wycheproof} or where {@code BUSBAR_WYCHEPROOF} says, and skipped where there is no such
 * folder; in a folder that is there, each file has to be.
 */
class WycheproofTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<Algorithm> ALL = EnumSet.allOf(Algorithm.class);
    private static final Set<String> SECRET = Set.of("d", "p", "q", "dp", "dq", "qi");
    /**
     * Valid by the vectors and refused here: 346 and 350 are signed with PS384 by a key that says PS256, 347 and 351 by a
     * key that says ES521, which there is not. One key has one algorithm.
     */
    private static final Set<Integer> OTHER_ALGORITHM = Set.of(346, 347, 350, 351);

    /** Valid by the vectors and refused here: their payload is empty, which no token's is. */
    private static final Set<Integer> EMPTY_PAYLOAD = Set.of(259, 264, 268, 272, 320, 325);

    private record Vector(int id, String token, JsonNode keys, boolean valid) {}

    private static List<Vector> vectors(String file) throws IOException {
        Path folder = folder();
        assumeTrue(folder != null, "the vectors of Wycheproof are not here");
        assertThat(folder.resolve(file)).exists();
        List<Vector> vectors = new ArrayList<>();
        for (JsonNode group : MAPPER.readTree(folder.resolve(file).toFile()).get("testGroups")) {
            JsonNode key = group.has("public") ? group.get("public") : group.get("private");
            for (JsonNode test : group.get("tests")) {
                if (test.has("jws")) {
                    vectors.add(new Vector(
                            test.get("tcId").asInt(),
                            test.get("jws").asText(),
                            key,
                            test.get("result").asText().equals("valid")));
                }
            }
        }
        return vectors;
    }

    private static Path folder() throws IOException {
        String named = System.getenv("BUSBAR_WYCHEPROOF");
        if (named != null) {
            return Path.of(named);
        }
        for (Path at = Path.of("").toRealPath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared/data/wycheproof");
            if (Files.isDirectory(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** The key set as an issuer publishes it: without private members, which would reject the whole set. */
    private static byte[] published(JsonNode key) {
        JsonNode set = key.has("keys")
                ? key.deepCopy()
                : MAPPER.createObjectNode().set("keys", MAPPER.createArrayNode().add(key.deepCopy()));
        for (JsonNode one : set.get("keys")) {
            ((ObjectNode) one).remove(SECRET);
            if (!one.has("kid")) {
                ((ObjectNode) one).put("kid", "none");
            }
        }
        return set.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isTaken(Vector vector) {
        try {
            CompactForm form = CompactForm.read(vector.token());
            KeySet keys = KeySet.read(published(vector.keys()), ALL, Clock.systemUTC());
            keys.find(form.headerText("kid").orElse("none"))
                    .or(() -> keys.find("none"))
                    .orElseThrow(() -> InvalidTokenException.because("no key"))
                    .verify(form);
            return true;
        } catch (InvalidTokenException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isOfSharedSecret(Vector vector) {
        return vector.keys().toString().contains("\"oct\"");
    }

    private static void check(List<Vector> vectors, int expected, Set<Integer> refusedWithReason) {
        Set<Integer> wronglyTaken = new TreeSet<>();
        Set<Integer> wronglyRefused = new TreeSet<>();
        int right = 0;
        for (Vector vector : vectors) {
            boolean taken = isTaken(vector);
            if (taken && !vector.valid()) {
                wronglyTaken.add(vector.id());
            } else if (!taken && vector.valid() && !isOfSharedSecret(vector)) {
                wronglyRefused.add(vector.id());
            } else {
                right++;
            }
        }
        assertThat(vectors).hasSize(expected);
        assertThat(wronglyTaken).as("taken, and must not be").isEmpty();
        assertThat(wronglyRefused).as("refused, and valid").isEqualTo(refusedWithReason);
        assertThat(right).isEqualTo(expected - refusedWithReason.size());
    }

    @Test
    void no_invalid_signature_is_accepted_and_no_valid_one_refused_without_reason() throws IOException {
        Set<Integer> refused = new TreeSet<>(OTHER_ALGORITHM);
        refused.addAll(EMPTY_PAYLOAD);

        check(vectors("json_web_signature_test.json"), 401, refused);
    }

    @Test
    void no_invalid_key_is_accepted() throws IOException {
        check(vectors("json_web_key_test.json"), 26, Set.of());
    }

    @Test
    void no_invalid_signature_of_the_older_vectors_is_accepted() throws IOException {
        check(vectors("json_web_crypto_test.json"), 49, Set.of());
    }

    /** Tokens that only the strict checks reject: jjwt with its defaults accepts them. */
    @Test
    void plain_jjwt_takes_what_is_refused_here() throws IOException {
        List<Integer> taken = new ArrayList<>();
        for (Vector vector : vectors("json_web_signature_test.json")) {
            if (!vector.valid() && !isOfSharedSecret(vector) && plainTakes(vector)) {
                taken.add(vector.id());
                assertThat(isTaken(vector)).as("vector " + vector.id()).isFalse();
            }
        }
        assertThat(taken).contains(332, 340, 353, 354, 355, 356);
    }

    private static boolean plainTakes(Vector vector) {
        try {
            Jwk<?> jwk = Jwks.parser()
                    .json(new Reading())
                    .build()
                    .parse(vector.keys().toString());
            Key key = jwk.toKey();
            if (jwk instanceof io.jsonwebtoken.security.PrivateJwk<?, ?, ?> pair) {
                KeyPair both = pair.toKeyPair().toJavaKeyPair();
                key = both.getPublic();
            }
            Key verifying = key;
            Jwts.parser()
                    .json(new Reading())
                    .keyLocator(header -> verifying)
                    .build()
                    .parse(vector.token());
            return true;
        } catch (JwtException | IllegalArgumentException e) {
            return false;
        }
    }
}
