package dev.busbar.host.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.config.Sources;
import dev.busbar.host.jwt.InvalidTokenException;
import dev.busbar.host.jwt.Reading;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.revocations.Revocation;
import dev.busbar.host.revocations.Revocation.Kind;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.SetClock;
import io.jsonwebtoken.Jwts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
    private static final Instant NOW = TokenRig.START;
    private static final TokenSettings SETTINGS = TokenRig.SETTINGS;
    private static final Duration AGE = SETTINGS.rotateEvery();

    private final TokenRig rig = new TokenRig();
    private final SetClock clock = rig.clock;

    private Tokens tokens(Database database) {
        return rig.tokens(database);
    }

    private static VerifiedToken verify(Tokens tokens, Tokens.Issued issued) {
        return tokens.verifier().inspect(issued.text()).verify();
    }

    private static Revocation of(Kind kind, String name, Optional<Instant> cutOff) {
        return new Revocation(kind, "", name, cutOff, Optional.empty(), "root", Optional.empty());
    }

    @EachDatabase
    void an_issued_token_verifies_and_says_what_was_granted(Database database) {
        Tokens tokens = tokens(database);

        Tokens.Issued issued = tokens.issue(TokenRig.grant());

        assertThat(verify(tokens, issued)).isEqualTo(issued.token());
        assertThat(issued.token().expiresAt()).isEqualTo(NOW.plus(Duration.ofMinutes(15)));
        assertThat(issued.toString()).doesNotContain(issued.text());
    }

    @EachDatabase
    void a_token_ends_with_its_key_and_lives_no_longer_than_it_may(Database database) {
        Tokens tokens = tokens(database);
        Grant greedy = new Grant(
                "ada", "abcdefghijkl", Set.of(), List.of(), Optional.of(Duration.ofDays(3)), Optional.empty());
        Grant ending = new Grant(
                "ada", "abcdefghijkl", Set.of(), List.of(), Optional.empty(), Optional.of(NOW.plusSeconds(40)));

        assertThat(tokens.issue(greedy).token().expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(tokens.issue(ending).token().expiresAt()).isEqualTo(NOW.plusSeconds(40));
    }

    @EachDatabase
    void plain_jjwt_takes_a_token_by_the_published_key(Database database) {
        Tokens tokens = tokens(database);
        String token = tokens.issue(TokenRig.grant()).text();
        Map<?, ?> key = (Map<?, ?>) ((List<?>) tokens.publishedKeys().get("keys")).get(0);

        assertThat(key.keySet()).isEqualTo(Set.of("kty", "use", "alg", "kid", "n", "e"));
        assertThat(Jwts.parser()
                        .json(new Reading())
                        .clock(() -> java.util.Date.from(NOW))
                        .verifyWith(Reading.rsa(key))
                        .build()
                        .parseSignedClaims(token)
                        .getPayload()
                        .getSubject())
                .isEqualTo("ada");
    }

    @EachDatabase
    void nodes_share_keys_and_a_restart_keeps_them(Database database) {
        Tokens first = tokens(database);
        Tokens second = tokens(database);

        assertThat(verify(second, first.issue(TokenRig.grant())).subject()).isEqualTo("ada");
        assertThat(second.keys()).isEqualTo(first.keys()).hasSize(1);
    }

    /** Case 22. */
    @EachDatabase
    void an_old_key_verifies_until_the_last_token_it_signed_is_over(Database database) {
        Tokens tokens = tokens(database);
        String first = tokens.keys().get(0).id();
        clock.advance(AGE.minusMinutes(5));
        tokens.keepUp();
        assertThat(tokens.keys()).extracting(Tokens.Key::state).containsExactly("signing", "next");
        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        Tokens.Issued last = tokens.issue(new Grant(
                "ada", "abcdefghijkl", Set.of(), List.of(), Optional.of(Duration.ofHours(1)), Optional.empty()));
        assertThat(last.token().keyId()).isEqualTo(first);

        clock.advance(Duration.ofSeconds(1));

        assertThat(tokens.issue(TokenRig.grant()).token().keyId()).isNotEqualTo(first);
        assertThat(tokens.keys()).extracting(Tokens.Key::state).containsExactly("verifying", "signing");
        clock.advance(Duration.ofHours(1).minusSeconds(2));
        assertThat(tokens.verifier().isStillValid(verify(tokens, last))).isTrue();
        clock.advance(Duration.ofMinutes(1).plusSeconds(2));
        assertThat(((List<?>) tokens.publishedKeys().get("keys"))).hasSize(1);
        assertThat(tokens.verifier().isStillValid(last.token())).isFalse();
        clock.advance(Duration.ofDays(2));
        tokens.keepUp();
        tokens.keepUp();
        assertThat(tokens.keys()).hasSize(1);
    }

    @EachDatabase
    void a_key_made_by_another_node_in_this_second_is_looked_for(Database database) {
        Tokens first = tokens(database);
        Tokens second = tokens(database);
        first.revoke(of(Kind.KEY, first.keys().get(0).id(), Optional.empty()), Actor.HOST);
        clock.advance(Duration.ofSeconds(2));

        Tokens.Issued issued = first.issue(TokenRig.grant());

        assertThat(first.keys()).extracting(Tokens.Key::state).containsExactly("revoked", "signing");
        assertThat(verify(second, issued).keyId()).isEqualTo(issued.token().keyId());
    }

    @EachDatabase
    void rotation_by_hand_makes_one_key_that_signs_after_it_was_published(Database database) {
        Tokens tokens = tokens(database);

        tokens.rotate(Actor.HOST);
        tokens.rotate(Actor.HOST);

        assertThat(tokens.keys()).extracting(Tokens.Key::state).containsExactly("signing", "next");
        assertThat(((List<?>) tokens.publishedKeys().get("keys"))).hasSize(2);
    }

    /** Case 20: on this node at once, on others with the next look at the store. */
    @EachDatabase
    void a_revoked_token_subject_or_key_is_refused_on_every_node(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        Tokens.Issued one = here.issue(TokenRig.grant());
        Tokens.Issued other = here.issue(TokenRig.grant());

        here.revoke(of(Kind.TOKEN, one.token().tokenId(), Optional.empty()), Actor.HOST);
        assertThat(here.verifier().isStillValid(one.token())).isFalse();
        assertThat(here.verifier().isStillValid(other.token())).isTrue();
        assertThat(there.verifier().isStillValid(one.token())).isTrue();
        there.keepUp();
        assertThat(there.verifier().isStillValid(one.token())).isFalse();
        assertThatThrownBy(() -> verify(there, one)).isInstanceOf(InvalidTokenException.class);

        here.revoke(of(Kind.SUBJECT, "ada", Optional.of(clock.instant())), Actor.HOST);
        there.keepUp();
        assertThat(there.verifier().isStillValid(other.token())).isFalse();
        assertThat(tokens(database).verifier().isStillValid(other.token())).isFalse();
    }

    @EachDatabase
    void a_subject_gets_a_valid_token_right_after_a_cut_off(Database database) {
        Tokens tokens = tokens(database);
        Tokens.Issued before = tokens.issue(TokenRig.grant());
        clock.advance(Duration.ofMillis(300));

        tokens.revoke(of(Kind.SUBJECT, "ada", Optional.of(clock.instant())), Actor.HOST);
        tokens.revoke(of(Kind.SUBJECT, "ada", Optional.of(clock.instant().minusSeconds(60))), Actor.HOST);

        assertThat(tokens.verifier().isStillValid(before.token())).isFalse();
        assertThat(verify(tokens, tokens.issue(TokenRig.grant())).subject()).isEqualTo("ada");
        tokens.keepUp();
        assertThat(tokens.verifier().isStillValid(before.token())).isFalse();
    }

    @EachDatabase
    void a_revocation_holds_while_the_store_is_unavailable(Database database) {
        Tokens tokens = tokens(database);
        Tokens.Issued issued = tokens.issue(TokenRig.grant());
        database.close();

        tokens.revoke(of(Kind.TOKEN, issued.token().tokenId(), Optional.empty()), Actor.HOST);

        assertThat(tokens.verifier().isStillValid(issued.token())).isFalse();
        assertThat(tokens.isStale()).isFalse();
        clock.advance(Duration.ofMinutes(6));
        assertThat(tokens.isStale()).isTrue();
    }

    @EachDatabase
    void what_a_revocation_could_be_about_is_over_some_day(Database database) {
        Tokens tokens = tokens(database);
        Instant end = NOW.plus(Duration.ofHours(1));
        tokens.revoke(
                new Revocation(Kind.TOKEN, "", "t", Optional.empty(), Optional.of(end), "root", Optional.empty()),
                Actor.HOST);
        assertThat(tokens.revocations(10)).extracting(Revocation::name).containsExactly("t");

        clock.advance(Duration.ofHours(1).plusSeconds(1));
        tokens.keepUp();

        assertThat(tokens.revocations(10)).isEmpty();
    }

    @Test
    void the_audience_is_the_issuer_unless_another_one_is_configured(@TempDir Path data) {
        for (String[] expected : new String[][] {
            {"--tokens.issuer=https://busbar.example", "https://busbar.example"},
            {"--tokens.audience=https://api.example", "https://api.example"},
            {"--port=8123", "http://127.0.0.1:8123"}
        }) {
            HostSettings settings =
                    HostSettings.load(new Sources(Map.of(), List.of("--data=" + data, expected[0]), data));

            assertThat(settings.identity().tokens().tokenAudience()).isEqualTo(expected[1]);
        }
    }
}
