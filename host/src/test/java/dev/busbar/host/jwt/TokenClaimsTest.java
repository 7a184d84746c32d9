package dev.busbar.host.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attack cases on what a token claims, numbered as in docs/security-cases.md. */
class TokenClaimsTest {
    private static final Instant NOW = Trust.NOW;
    private static final long SECOND = NOW.getEpochSecond();
    private static final Pattern MOMENT = Pattern.compile("NOW\\+?(\\d*)");

    private final Trust trust = new Trust();
    private final SetClock clock = trust.clock();
    private final TokenVerifier verifier = trust.verifier();

    private static Forge good() {
        return Forge.good(SECOND);
    }

    @Test
    void a_valid_token_is_returned_with_its_claims() {
        VerifiedToken token = verifier.inspect(good().token()).verify();

        assertThat(token.principalId()).isEqualTo("ada");
        assertThat(token.clientId()).isEqualTo("abcdefghijkl");
        assertThat(token.tokenId()).isEqualTo("t-1");
        assertThat(token.scope()).contains(List.of("turbo:read"));
        assertThat(token.roles()).containsExactly("analyst");
        assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(900));
        assertThat(verifier.isStillValid(token)).isTrue();
    }

    /** Cases 7 and 8. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOW",
                "BEFORE",
                "\"NOW+900\"",
                "-1",
                "1e308",
                "NaN",
                "9223372036854775808",
                "9223372036854775807",
                "null",
                "true",
                "[]",
                "1e-999999999",
                "1e999999999",
                "Infinity",
                "0",
                "NOW+3601",
                "\"\"",
                "253402300800"
            })
    void an_expiry_that_is_none_or_is_over_is_refused(String json) {
        Matcher moment = MOMENT.matcher(json);
        String exp = moment.replaceAll(found -> String.valueOf(SECOND + Long.parseLong("0" + found.group(1))))
                .replace("BEFORE", String.valueOf(SECOND - 1));

        trust.assertRefused(good().claim("exp", exp).token());
        trust.assertRefused(good().without("exp").token());
    }

    /** Case 8. */
    @Test
    void a_token_ends_at_its_expiry_and_not_behind_it() {
        VerifiedToken token = verifier.inspect(good().token()).verify();

        clock.advance(Duration.ofMillis(899_999));
        assertThat(verifier.isStillValid(token)).isTrue();
        assertThatCode(() -> verifier.inspect(good().token()).verify()).doesNotThrowAnyException();
        clock.advance(Duration.ofMillis(1));
        assertThat(verifier.isStillValid(token)).isFalse();
        assertThatThrownBy(() -> verifier.inspect(good().token()))
                .isInstanceOfSatisfying(InvalidTokenException.class, e -> assertThat(e.isExpired())
                        .isTrue());
    }

    @Test
    void a_moment_may_have_a_fraction() {
        assertThat(verifier.inspect(good().claim("exp", SECOND + 900 + ".75").token())
                        .verify()
                        .expiresAt())
                .isEqualTo(NOW.plusMillis(900_750));
    }

    /** Case 9. */
    @ParameterizedTest
    @CsvSource({"iat, 61", "nbf, 61", "iat, 100000", "nbf, 100000"})
    void what_is_of_the_future_is_refused_beyond_a_minute(String claim, long ahead) {
        trust.assertRefused(good().claim(claim, String.valueOf(SECOND + ahead)).token());
        trust.assertRefused(good().claim(claim, "\"" + SECOND + "\"").token());
        assertThatCode(() -> verifier.inspect(
                                good().claim(claim, String.valueOf(SECOND + 60)).token())
                        .verify())
                .doesNotThrowAnyException();
    }

    @Test
    void an_expiry_before_the_issue_is_refused() {
        trust.assertRefused(good().claim("iat", String.valueOf(SECOND + 50))
                .claim("exp", String.valueOf(SECOND + 20))
                .token());
        trust.assertRefused(good().claim("iat", String.valueOf(SECOND + 50))
                .claim("exp", String.valueOf(SECOND + 50))
                .token());
    }

    /** Case 10. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"https://other.test\"",
                "[\"https://busbar.test\"]",
                "[]",
                "null",
                "\"\"",
                "1",
                "{}",
                "\"https://busbar.test/\""
            })
    void an_audience_that_is_not_exactly_this_host_is_refused(String json) {
        trust.assertRefused(good().claim("aud", json).token());
        trust.assertRefused(good().without("aud").token());
    }

    /** Case 11. */
    @Test
    void the_key_of_one_issuer_does_not_sign_for_another() {
        trust.assertRefused(good().claim("iss", "\"https://other.test\"").token());
        trust.assertRefused(good().claim("iss", "[\"https://busbar.test\"]").token());
        trust.assertRefused(good().without("iss").token());
        trust.assertRefused(good().claim("iss", "\"https://corp.test\"").token());
        trust.assertRefused(good().header("kid", "\"c1\"")
                .by(Forge.OTHER_RSA.getPrivate(), "SHA256withRSA")
                .token());
    }

    @Test
    void whom_a_token_claims_to_be_of_is_known_before_its_signature_is_verified() {
        TokenVerifier.Inspected own = verifier.inspect(good().token());
        TokenVerifier.Inspected other = verifier.inspect(corp().token());

        assertThat(own.isOwn()).isTrue();
        assertThat(own.claimedClient()).isEqualTo("abcdefghijkl");
        assertThat(other.isOwn()).isFalse();
        assertThat(other.claimedClient()).isEqualTo("corp:ada");
        assertThat(verifier.knows("corp")).isTrue();
        assertThat(verifier.knows("other")).isFalse();
    }

    @Test
    void a_revocation_has_the_skew_of_clocks_for_tokens_of_other_issuers_only() {
        VerifiedToken own = verifier.inspect(good().token()).verify();
        VerifiedToken other = verifier.inspect(corp().token()).verify();

        assertThat(own.mayBeIssuedBy(Trust.NOW)).isTrue();
        assertThat(own.mayBeIssuedBy(Trust.NOW.minusSeconds(1))).isFalse();
        assertThat(other.mayBeIssuedBy(Trust.NOW.minus(ClaimCheck.SKEW))).isTrue();
        assertThat(other.mayBeIssuedBy(Trust.NOW.minus(ClaimCheck.SKEW).minusSeconds(1)))
                .isFalse();
    }

    private static Forge corp() {
        return good().header("typ", "\"JWT\"")
                .header("kid", "\"c1\"")
                .claim("iss", "\"https://corp.test\"")
                .claim("realm", "{\"roles\":[\"staff\",\"boss\"]}")
                .without("client_id")
                .by(Forge.OTHER_RSA.getPrivate(), "SHA256withRSA");
    }

    @Test
    void a_token_of_another_issuer_is_checked_by_its_own_rules() {
        VerifiedToken token = verifier.inspect(
                        corp().claim("aud", "[\"x\",\"https://busbar.test\"]").token())
                .verify();

        assertThat(token.principalId()).isEqualTo("corp:ada");
        assertThat(token.roles()).containsExactly("staff", "boss");
        assertThat(token.scope()).contains(List.of("turbo:read"));
    }

    /** Case 12. */
    @ParameterizedTest
    @ValueSource(strings = {"\"JWT\"", "\"rt+jwt\"", "\"id+jwt\"", "\"job+jwt\"", "\"\"", "null", "1", "\"at+jwt \""})
    void a_token_for_another_use_is_refused(String type) {
        trust.assertRefused(good().header("typ", type).token());
        trust.assertRefused(good().without("typ").token());
    }

    /** Case 12: an ID token carries the same type at many issuers. */
    @ParameterizedTest
    @CsvSource({
        "nonce, \"n\"",
        "at_hash, \"h\"",
        "events, {}",
        "token_use, \"id\"",
        "typ, \"ID\"",
        "typ, \"Refresh\"",
        "token_use, 1"
    })
    void an_id_token_is_no_access_token(String claim, String json) {
        trust.assertRefused(corp().claim(claim, json).token());
        assertThatCode(() -> verifier.inspect(corp().claim("typ", "\"Bearer\"").token())
                        .verify())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "jti", "client_id"})
    void a_name_has_to_be_there_and_plain(String claim) {
        trust.assertRefused(good().without(claim).token());
        for (String json : List.of(
                "\"\"",
                "1",
                "null",
                "[]",
                "\"a\\nb\"",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "\"\\u2028\"",
                "\"   \"",
                "\"" + "x".repeat(256) + "\"",
                "\"" + "\\ud83d\\ude00".repeat(128) + "\"")) {
            trust.assertRefused(good().claim(claim, json).token());
        }
        assertThatCode(() -> verifier.inspect(
                        good().claim(claim, "\"" + "x".repeat(255) + "\"").token()))
                .doesNotThrowAnyException();
    }

    @Test
    void roles_and_scope_of_another_type_are_refused() {
        trust.assertRefused(good().claim("roles", "[1]").token());
        trust.assertRefused(good().claim("roles", "{\"a\":1}").token());
        trust.assertRefused(good().claim("scope", "[\"turbo:read\"]").token());
        assertThat(verifier.inspect(good().without("roles").token()).verify().roles())
                .isEmpty();
    }

    @Test
    void the_reason_holds_nothing_of_the_token() {
        String token = good().claim("aud", "\"very-secret\"").token();

        assertThatThrownBy(() -> verifier.inspect(token))
                .hasMessageNotContaining("very-secret")
                .hasMessageNotContaining("eyJ");
    }
}
