package dev.busbar.host.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.auditlog.AuditLogs;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.revocations.Revocation.Kind;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Revocations as the check of a token sees them. */
class RevocationsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    private final SetClock clock = new SetClock(NOW);

    private Revocations revocations(Database database) {
        return new Revocations(database, AuditLogs.temporary(database, clock), clock, clock::nanos);
    }

    private static VerifiedToken token(String issuer, String id, Instant issuedAt) {
        return new VerifiedToken(
                issuer,
                "alice",
                "abcdefghijkl",
                id,
                Optional.empty(),
                List.of(),
                false,
                issuedAt,
                issuedAt.plusSeconds(900),
                "k1",
                "print");
    }

    /** A token is accepted whose issuer's clock is up to a minute ahead, so it must be revocable too. */
    @EachDatabase
    void a_subject_of_another_issuer_is_revoked_though_the_clock_of_that_is_ahead(Database database) {
        Revocations revocations = revocations(database);
        VerifiedToken ahead = token("corp", "t-1", NOW.plusSeconds(55));

        revocations.revoke(Revocation.of(Kind.SUBJECT, "", "corp:alice", "root", NOW), Actor.HOST);
        revocations.revoke(Revocation.of(Kind.SUBJECT, "", "alice", "root", NOW), Actor.HOST);

        assertThat(revocations.isRevoked(ahead)).isTrue();
        assertThat(revocations.isRevoked(token("corp", "t-2", NOW.plusSeconds(61))))
                .isFalse();
        assertThat(revocations.isRevoked(token("", "t-3", NOW))).isTrue();
        assertThat(revocations.isRevoked(token("", "t-4", NOW.plusSeconds(1))))
                .as("an own token of this very moment")
                .isFalse();
    }

    /** The row has the time at which its transaction began, which is before the row that was read meanwhile. */
    @EachDatabase
    void a_revocation_of_another_node_whose_transaction_ended_late_is_read(Database database) {
        Revocations here = revocations(database);
        RevocationStore store = new RevocationStore(database);
        String late = RevocationStore.payload(Revocation.of(Kind.TOKEN, "", "late", "root", NOW));
        String early = RevocationStore.payload(Revocation.of(Kind.TOKEN, "", "early", "root", NOW));

        boolean unused = database.change(transaction -> {
            store.apply(transaction, late);
            CompletableFuture.runAsync(() -> meanwhile(database, here, early)).join();
            return true;
        });
        here.refresh();

        assertThat(here.isRevoked(token("", "late", NOW))).isTrue();
    }

    private static void meanwhile(Database database, Revocations here, String early) {
        boolean unused = database.change(other -> {
            new RevocationStore(database).apply(other, early);
            return true;
        });
        here.refresh();
        assertThat(here.isRevoked(token("", "early", NOW))).isTrue();
        assertThat(here.isRevoked(token("", "late", NOW))).as("not committed").isFalse();
    }

    @EachDatabase
    void a_clock_that_jumps_ahead_and_back_ends_no_revocation(Database database) {
        Revocations revocations = revocations(database);
        revocations.revoke(Revocation.of(Kind.TOKEN, "", "t-1", "root", NOW), Actor.HOST);

        clock.setBack(Duration.ofHours(-48));
        revocations.refresh();
        clock.setBack(Duration.ofHours(48));
        revocations.refresh();

        assertThat(revocations.isRevoked(token("", "t-1", NOW))).isTrue();
        assertThat(revocations.newest(10)).hasSize(1);
        clock.advance(Duration.ofHours(48));
        revocations.refresh();
        assertThat(revocations.newest(10)).isEmpty();
    }
}
