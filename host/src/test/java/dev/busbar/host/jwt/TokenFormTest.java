package dev.busbar.host.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attack cases on form, header and signature of a token, numbered as in docs/security-cases.md. */
class TokenFormTest {
    private static final long SECOND = Trust.NOW.getEpochSecond();

    private final Trust trust = new Trust();
    private final TokenVerifier verifier = trust.verifier();

    private static Forge good() {
        return Forge.good(SECOND);
    }

    @Test
    void a_valid_token_by_an_elliptic_key_is_accepted_if_its_issuer_may_use_one() {
        String token = good().header("alg", "\"ES256\"")
                .header("kid", "\"e1\"")
                .by(Forge.EC.getPrivate(), "SHA256withECDSAinP1363Format")
                .token();

        assertThat(verifier.inspect(token).verify().keyId()).isEqualTo("e1");
    }

    @Test
    void a_character_just_beyond_ascii_is_refused_wherever_it_is() {
        String token = good().token();

        for (int at : new int[] {0, token.indexOf('.'), token.length()}) {
            trust.assertRefused(token.substring(0, at) + "\u0080" + token.substring(at));
        }
    }

    /** Case 1. */
    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "noNE", "NONE", "", "rs256", "RS256 ", "HS256", "RS384", "ES256", "PS256"})
    void an_algorithm_that_is_not_exactly_that_of_the_key_is_refused(String algorithm) {
        Forge forge = good().header("alg", "\"" + algorithm + "\"");
        String unsigned = Forge.part(forge.headerJson()) + "." + Forge.part(forge.claimsJson());

        trust.assertRefused(forge.token());
        trust.assertRefused(unsigned);
        trust.assertRefused(unsigned + ".");
        trust.assertRefused(unsigned + ".AA");
    }

    /** Case 1, with what is no text at all. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "256", "[\"RS256\"]", "{}", "true"})
    void an_algorithm_that_is_no_text_is_refused(String json) {
        trust.assertRefused(good().header("alg", json).token());
        trust.assertRefused(good().without("alg").token());
    }

    /** Case 2. */
    @Test
    void the_public_key_is_no_shared_secret() {
        byte[] der = Forge.RSA.getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(UTF_8)).encodeToString(der) + "\n-----END PUBLIC KEY-----";
        Forge forge = good().header("alg", "\"HS256\"");
        String jwk = "{\"kty\":\"RSA\",\"e\":\"AQAB\"}";

        for (String secret : List.of(pem, pem + "\n", jwk)) {
            trust.assertRefused(forge.hmac(secret.getBytes(UTF_8)));
        }
        trust.assertRefused(forge.hmac(der));
    }

    /** Cases 3 and 4: what a token says of its own key is not read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"https://evil.test/keys\"",
                "\"http://127.0.0.1:1/keys\"",
                "\"http://169.254.169.254/latest\"",
                "17"
            })
    void a_key_that_the_token_brings_along_or_names_is_not_used(String where) {
        String jwk = "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
                + Forge.base64Url(((java.security.interfaces.RSAPublicKey) Forge.OTHER_RSA.getPublic()).getModulus())
                + "\"}";
        for (String member : List.of("jku", "x5u")) {
            trust.assertRefused(good().header(member, where)
                    .by(Forge.OTHER_RSA.getPrivate(), "SHA256withRSA")
                    .token());
        }
        trust.assertRefused(good().header("jwk", jwk)
                .by(Forge.OTHER_RSA.getPrivate(), "SHA256withRSA")
                .token());
        assertThatCode(() -> verifier.inspect(good().header("jku", "\"https://evil.test/keys\"")
                                .token())
                        .verify())
                .doesNotThrowAnyException();
    }

    /** Case 5. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../../etc/passwd\"",
                "\"' OR 1=1\"",
                "\"k1\\u0000\"",
                "[\"k1\"]",
                "1",
                "null",
                "{}",
                "\"K1\"",
                "\"\""
            })
    void a_key_id_is_only_looked_up(String json) {
        trust.assertRefused(good().header("kid", json).token());
        trust.assertRefused(good().without("kid").token());
        trust.assertRefused(
                good().header("kid", "\"" + "k".repeat(10_000) + "\"").token());
    }

    /** Case 13. */
    @ParameterizedTest
    @CsvSource({
        "crit, [\"exp\"]",
        "crit, []",
        "crit, null",
        "b64, false",
        "b64, true",
        "zip, \"DEF\"",
        "enc, \"A128GCM\""
    })
    void what_would_change_how_the_token_is_read_is_refused(String member, String json) {
        trust.assertRefused(good().header(member, json).token());
    }

    /** Case 14. */
    @Test
    void a_member_that_is_there_twice_is_refused() {
        Forge forge = good();
        String header = forge.headerJson();
        String claims = forge.claimsJson();

        trust.assertRefused(forge.sign(header.replace("{", "{\"alg\":\"RS256\","), claims));
        trust.assertRefused(forge.sign(header, claims.replace("{", "{\"roles\":[\"admin\"],")));
        trust.assertRefused(forge.sign(header, claims.replace("{", "{\"\\u0073ub\":\"root\",")));
        trust.assertRefused(forge.sign(header, claims.replace("}", ",\"x\":{\"a\":1,\"a\":2}}")));
    }

    /** Case 15. */
    @Test
    void one_token_has_one_spelling() {
        String token = good().token();
        String[] parts = token.split("\\.");
        List<UnaryOperator<String>> spellings = List.of(
                text -> text + "=",
                text -> text + ".",
                text -> "." + text,
                text -> text + " ",
                text -> " " + text,
                text -> text + "\n",
                text -> text.replace(".", ".."),
                text -> text + ".AAAA",
                text -> text + ".AAAA.AAAA",
                text -> parts[0] + ".." + parts[2],
                text -> "." + parts[1] + "." + parts[2],
                text -> parts[0] + "." + parts[1],
                text -> parts[0],
                text -> "",
                text -> "..",
                text -> text.replace("-", "+").replace("_", "/") + "+",
                text -> parts[0] + "." + parts[1] + "." + parts[2] + "?",
                text -> parts[0] + ".#" + parts[1] + "." + parts[2],
                text -> parts[0] + "." + parts[1] + "é." + parts[2],
                text -> "{\"payload\":\"" + parts[1] + "\",\"signature\":\"" + parts[2] + "\"}");

        for (UnaryOperator<String> spelling : spellings) {
            trust.assertRefused(spelling.apply(token));
        }
    }

    /** Case 15: the last character of 256 octets has four bits that stand for nothing. */
    @Test
    void unused_bits_are_zero() {
        String token = good().token();
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = token.charAt(token.length() - 1);
        int spelt = 0;
        for (int bits = 1; bits < 16; bits++) {
            char other = alphabet.charAt(alphabet.indexOf(last) | bits);
            String twin = token.substring(0, token.length() - 1) + other;
            assertThat(Base64.getUrlDecoder().decode(twin.substring(twin.lastIndexOf('.') + 1)))
                    .isEqualTo(Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1)));
            trust.assertRefused(twin);
            spelt++;
        }

        assertThat(spelt).isEqualTo(15);
    }

    /** Case 17. */
    @Test
    void what_is_long_or_deep_is_refused() {
        trust.assertRefused("a".repeat(1_000_000));
        trust.assertRefused(good().claim("x", "\"" + "y".repeat(7_000) + "\"").token());
        trust.assertRefused(good().claim("x", "[".repeat(500) + "]".repeat(500)).token());
        trust.assertRefused(good().claim("x", "1".repeat(500)).token());
    }

    /** Case 18. */
    @Test
    void an_elliptic_signature_is_two_numbers_of_its_size_that_are_not_zero() {
        Forge forge =
                good().header("alg", "\"ES256\"").header("kid", "\"e1\"").by(Forge.EC.getPrivate(), "SHA256withECDSA");
        String unsigned = Forge.part(forge.headerJson()) + "." + Forge.part(forge.claimsJson()) + ".";

        trust.assertRefused(unsigned + Forge.encode(new byte[64]));
        trust.assertRefused(unsigned + Forge.encode(new byte[63]));
        trust.assertRefused(unsigned + Forge.encode(new byte[132]));
        trust.assertRefused(forge.token()); // DER
    }

    @Test
    void json_in_another_encoding_is_refused() {
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(good().headerJson().getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        trust.assertRefused(header + good().token().substring(good().token().indexOf('.')));
        trust.assertRefused(good().sign("\uFEFF" + good().headerJson(), good().claimsJson()));
        trust.assertRefused(good().sign(good().headerJson(), good().claimsJson() + "{}"));
        trust.assertRefused(good().sign(good().headerJson(), "[]"));
        trust.assertRefused(good().sign(good().headerJson(), "/* */" + good().claimsJson()));
    }
}
