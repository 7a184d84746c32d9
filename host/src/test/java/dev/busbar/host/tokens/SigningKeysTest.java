package dev.busbar.host.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.jwt.InvalidTokenException;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.revocations.Revocation;
import dev.busbar.host.revocations.Revocation.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.SetClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Signing keys that are revoked, and clocks that are set back. */
class SigningKeysTest {
    private static final TokenSettings SETTINGS = TokenRig.SETTINGS;
    private static final Duration LEAD = Tokens.publishedFor();

    private final TokenRig rig = new TokenRig();
    private final SetClock clock = rig.clock;

    private Tokens tokens(Database database) {
        return rig.tokens(database);
    }

    private static Tokens.Issued issue(Tokens tokens) {
        return tokens.issue(TokenRig.grant());
    }

    /** Issues a token that verifies here and on another node, and tells by which key. */
    private static String issueGood(Tokens here, Tokens there) {
        Tokens.Issued issued = issue(here);
        assertThat(here.verifier().inspect(issued.text()).verify().subject()).isEqualTo("ada");
        assertThat(there.verifier().inspect(issued.text()).verify().subject()).isEqualTo("ada");
        return issued.token().keyId();
    }

    private static void revoke(Tokens tokens, String keyId) {
        tokens.revoke(
                new Revocation(Kind.KEY, "", keyId, Optional.empty(), Optional.empty(), "root", Optional.empty()),
                Actor.HOST);
    }

    private static String newest(Tokens tokens) {
        List<Tokens.Key> keys = tokens.keys();
        return keys.get(keys.size() - 1).id();
    }

    @EachDatabase
    void when_the_signing_key_is_revoked_after_the_one_before_is_over_a_new_one_signs_at_once(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        String first = newest(here);
        here.rotate(Actor.HOST);
        String second = newest(here);
        clock.advance(LEAD.plusHours(3));
        here.keepUp();
        there.keepUp();
        assertThat(issueGood(here, there)).isEqualTo(second);

        revoke(here, second);
        clock.advance(Duration.ofSeconds(2));

        assertThat(issueGood(here, there)).isNotIn(first, second);
        assertThat(here.keys()).extracting(Tokens.Key::state).containsExactly("verifying", "revoked", "signing");
        clock.advance(Duration.ofHours(3));
        there.keepUp();
        assertThat(issueGood(there, here)).isEqualTo(newest(here));
    }

    @EachDatabase
    void the_key_before_the_revoked_one_never_signs_again(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        String first = newest(here);
        here.rotate(Actor.HOST);
        String second = newest(here);
        clock.advance(LEAD.minusSeconds(1));
        Tokens.Issued before = issue(here);
        assertThat(before.token().keyId()).isEqualTo(first);
        clock.advance(Duration.ofSeconds(30));

        revoke(here, second);

        assertThat(issueGood(here, there)).isNotIn(first, second);
        assertThat(here.verifier().isStillValid(before.token())).isTrue();
    }

    @EachDatabase
    void a_key_that_is_revoked_before_it_begins_leaves_the_one_before_it_signing(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        String first = newest(here);
        here.rotate(Actor.HOST);
        String second = newest(here);

        revoke(here, second);

        assertThat(issueGood(here, there)).isEqualTo(first);
        here.keepUp();
        there.keepUp();
        clock.advance(LEAD.plusHours(3));
        assertThat(issueGood(here, there)).isEqualTo(first);
        assertThat(here.keys()).extracting(Tokens.Key::id).containsExactly(first);
        here.rotate(Actor.HOST);
        assertThat(here.keys()).extracting(Tokens.Key::state).containsExactly("signing", "next");
    }

    @EachDatabase
    void a_key_revoked_before_it_begins_is_replaced_even_if_noticed_late(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        here.rotate(Actor.HOST);
        String second = newest(here);

        revoke(here, second);
        clock.advance(LEAD.plusHours(3));

        assertThat(issueGood(here, there)).isNotEqualTo(second);
    }

    @EachDatabase
    void keeping_up_replaces_a_revoked_key_before_it_is_needed(Database database) {
        Tokens tokens = tokens(database);
        tokens.rotate(Actor.HOST);
        clock.advance(LEAD.plusHours(3));
        revoke(tokens, newest(tokens));

        tokens.keepUp();

        assertThat(tokens.keys()).extracting(Tokens.Key::state).endsWith("revoked", "signing");
    }

    @EachDatabase
    void without_a_key_and_without_the_store_it_is_said_that_there_is_no_key_now(Database database) {
        Tokens tokens = tokens(database);
        String text = issue(tokens(database)).text();
        revoke(tokens, newest(tokens));
        database.close();
        clock.advance(Duration.ofSeconds(2));

        assertThatThrownBy(() -> issue(tokens)).isInstanceOf(KeysUnavailableException.class);
        assertThatThrownBy(() -> tokens.verifier().inspect(text).verify()).isInstanceOf(InvalidTokenException.class);
    }

    @EachDatabase
    void a_key_that_may_have_been_made_elsewhere_cannot_be_said_to_be_none_without_the_store(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        revoke(there, newest(there));
        String text = issue(there).text();
        database.close();
        clock.advance(Duration.ofSeconds(2));

        assertThatThrownBy(() -> here.verifier().inspect(text).verify()).isInstanceOf(KeysUnavailableException.class);
    }

    @EachDatabase
    void what_is_known_grows_old_though_the_clock_was_set_back(Database database) {
        Tokens tokens = tokens(database);
        database.close();
        clock.setBack(Duration.ofHours(1));
        tokens.keepUp();

        clock.advance(Duration.ofMinutes(4));
        assertThat(tokens.isStale()).isFalse();
        clock.advance(Duration.ofMinutes(2));
        assertThat(tokens.isStale()).isTrue();
    }

    @EachDatabase
    void a_clock_that_is_set_ahead_makes_nothing_old(Database database) {
        Tokens tokens = tokens(database);

        clock.setBack(Duration.ofHours(-1));

        assertThat(tokens.isStale()).isFalse();
    }

    @EachDatabase
    void a_key_of_another_node_is_looked_for_though_the_clock_was_set_back(Database database) {
        Tokens here = tokens(database);
        Tokens there = tokens(database);
        clock.setBack(Duration.ofMinutes(30));
        clock.advance(Duration.ofSeconds(2));
        revoke(there, newest(there));

        assertThat(issueGood(there, here)).isEqualTo(newest(there));
    }
}
