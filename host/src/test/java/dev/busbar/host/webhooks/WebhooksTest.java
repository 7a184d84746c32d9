package dev.busbar.host.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.access.Requester;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.outbound.Post;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.Callers;
import dev.busbar.host.testing.CountingMeters;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.host.testing.SetClock;
import dev.busbar.host.webhooks.WebhookStore.Delivery;
import dev.busbar.host.webhooks.WebhookStore.Progress;
import dev.busbar.host.webhooks.WebhookStore.Row;
import dev.busbar.host.webhooks.WebhookStore.State;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks and their deliveries, with receivers in memory. */
class WebhooksTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Requester ANNA = by(Callers.of("anna", java.util.Set.of(), java.util.Set.of()));

    private final SetClock clock = new SetClock(START);
    private final FakeAuditTrail audit = new FakeAuditTrail();
    private final CountingMeters meters = new CountingMeters();
    private final Receiver receiver = new Receiver();

    private static Requester by(dev.busbar.host.pipeline.Caller caller) {
        return new Requester(caller, Actor.of(caller.principal(), caller.keyId(), "10.1.2.3", "request-1"));
    }

    /** A receiver that responds as the test wants, and keeps what it got. */
    private static final class Receiver implements Sender {
        final List<Map<String, String>> headers = new ArrayList<>();
        final List<String> bodies = new ArrayList<>();
        int status = 204;
        Optional<String> retryAfter = Optional.empty();
        boolean silent;

        @Override
        public Post.Received send(URI url, Map<String, String> sent, byte[] body) throws IOException {
            headers.add(sent);
            bodies.add(new String(body, StandardCharsets.UTF_8));
            if (silent) {
                throw new IOException("Read timed out");
            }
            return new Post.Received(status, retryAfter, "a\nline");
        }
    }

    private Webhooks webhooks(Database database, WebhookSettings settings) {
        return new Webhooks(
                new Webhooks.Means(database, audit, clock, meters, Runnable::run),
                settings,
                receiver,
                new Webhooks.Expiry(() -> {}, () -> {}));
    }

    private Webhooks webhooks(Database database) {
        return webhooks(database, WebhookSettings.DEFAULTS);
    }

    private static void end(Database database, Webhooks webhooks, String principal, String state) {
        Object unused = database.change(transaction -> {
            webhooks.ended(transaction, new Webhooks.Ended("job-1", principal, "turbo", "count", state));
            return state;
        });
    }

    private static Row webhook(Webhooks webhooks, String... events) {
        return webhooks.create("https://example.org/hook", events.length == 0 ? null : List.of(events), ANNA);
    }

    @EachDatabase
    void the_end_of_a_job_is_told_once_to_its_owner(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);

        end(database, webhooks, "anna", "succeeded");
        end(database, webhooks, "bert", "succeeded");
        webhooks.send();
        webhooks.send();

        assertThat(receiver.bodies)
                .containsExactly("{\"type\":\"job.succeeded\",\"timestamp\":\"2026-11-22T10:00:00Z\",\"data\":{"
                        + "\"id\":\"job-1\",\"platform\":\"turbo\",\"type\":\"count\",\"state\":\"succeeded\","
                        + "\"href\":\"/jobs/job-1\"}}");
        Delivery delivery = webhooks.deliveries(row, 10).get(0);
        assertThat(delivery.state()).isEqualTo(Progress.DELIVERED);
        assertThat(receiver.headers.get(0))
                .containsEntry("webhook-id", delivery.id())
                .containsEntry("webhook-timestamp", String.valueOf(START.getEpochSecond()))
                .containsEntry(
                        "webhook-signature",
                        Signer.signatures(
                                List.of(row.secret()),
                                delivery.id(),
                                START.getEpochSecond(),
                                receiver.bodies.get(0).getBytes(StandardCharsets.UTF_8)));
    }

    @EachDatabase
    void a_transaction_that_is_rolled_back_tells_nothing(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);

        assertThatThrownBy(() -> database.change(transaction -> {
                    webhooks.ended(transaction, new Webhooks.Ended("job-1", "anna", "turbo", "count", "failed"));
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");

        assertThat(webhooks.deliveries(row, 10)).isEmpty();
    }

    @EachDatabase
    void only_the_events_that_were_asked_for_are_told(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks, "job.failed");

        for (String state : List.of("succeeded", "cancelled", "failed")) {
            end(database, webhooks, "anna", state);
        }

        assertThat(webhooks.deliveries(row, 10)).extracting(Delivery::event).containsExactly("job.failed");
    }

    @EachDatabase
    void a_receiver_that_fails_is_tried_again_under_one_id_until_it_is_given_up(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);
        end(database, webhooks, "anna", "failed");
        receiver.status = 302;

        for (int hours = 0; hours < 300; hours++) {
            webhooks.send();
            receiver.silent = hours % 2 == 0;
            clock.advance(Duration.ofHours(1));
        }

        assertThat(receiver.headers).hasSize(Retry.MAX_ATTEMPTS);
        assertThat(receiver.headers.stream().map(sent -> sent.get("webhook-id")).distinct())
                .hasSize(1);
        assertThat(receiver.headers.stream()
                        .map(sent -> sent.get("webhook-timestamp"))
                        .distinct())
                .hasSize(Retry.MAX_ATTEMPTS);
        Delivery given = webhooks.deliveries(row, 10).get(0);
        assertThat(given.state()).isEqualTo(Progress.FAILED);
        assertThat(given.detail()).isIn("IOException: Read timed out", "a line");

        receiver.silent = false;
        receiver.status = 200;
        webhooks.replay(row.id(), given.id(), ANNA);
        webhooks.send();
        assertThat(webhooks.deliveries(row, 10).get(0).state()).isEqualTo(Progress.DELIVERED);
        assertThat(receiver.headers.get(Retry.MAX_ATTEMPTS)).containsEntry("webhook-id", given.id());
    }

    @EachDatabase
    void a_receiver_that_is_gone_disables_its_webhook(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);
        end(database, webhooks, "anna", "failed");
        receiver.status = 410;

        webhooks.send();
        end(database, webhooks, "anna", "failed");
        clock.advance(Duration.ofDays(2));
        webhooks.send();

        assertThat(receiver.bodies).hasSize(1);
        assertThat(webhooks.find(row.id(), ANNA.caller()).state()).isEqualTo(State.DISABLED);
        assertThat(webhooks.find(row.id(), ANNA.caller()).reason()).contains("410");
        assertThat(audit.events()).extracting(AuditEvent::action).contains("webhook.disable");
        webhooks.change(row.id(), new WebhookRoutes.Change(null, null, true), ANNA);
        assertThat(webhooks.find(row.id(), ANNA.caller()).reason()).isNull();
    }

    @EachDatabase
    void a_receiver_that_asks_for_time_gets_it(Database database) {
        Webhooks webhooks = webhooks(database);
        webhook(webhooks);
        end(database, webhooks, "anna", "failed");
        receiver.status = 429;
        receiver.retryAfter = Optional.of("3600");

        webhooks.send();
        clock.advance(Duration.ofMinutes(59));
        webhooks.send();
        assertThat(receiver.bodies).hasSize(1);

        clock.advance(Duration.ofMinutes(1));
        webhooks.send();
        assertThat(receiver.bodies).hasSize(2);
    }

    @EachDatabase
    void a_rotated_secret_signs_beside_the_one_before_for_a_day(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);
        Row rotated = webhooks.rotate(row.id(), ANNA);

        end(database, webhooks, "anna", "failed");
        webhooks.send();
        clock.advance(Webhooks.OVERLAP);
        end(database, webhooks, "anna", "failed");
        webhooks.send();

        assertThat(rotated.secret()).isNotEqualTo(row.secret());
        List<Integer> signatures = receiver.headers.stream()
                .map(sent ->
                        Arrays.asList(sent.get("webhook-signature").split(" ")).size())
                .toList();
        assertThat(signatures).containsExactly(2, 1);
    }

    @EachDatabase
    void an_attempt_of_which_nothing_is_heard_is_made_again(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);
        end(database, webhooks, "anna", "failed");
        WebhookStore store = new WebhookStore(database);
        Delivery delivery = webhooks.deliveries(row, 1).get(0);

        assertThat(store.begin(delivery, START.plusSeconds(120))).isTrue();
        assertThat(store.begin(delivery, START.plusSeconds(120))).isFalse();
        webhooks.send();
        assertThat(receiver.bodies).isEmpty();

        clock.advance(Duration.ofMinutes(2));
        webhooks.send();
        assertThat(receiver.bodies).hasSize(1);
    }

    @EachDatabase
    void a_backlog_is_sent_in_one_turn_and_delays_no_other_webhook(Database database) {
        Webhooks webhooks = webhooks(database);
        Row first = webhook(webhooks);
        for (int i = 0; i < 60; i++) {
            end(database, webhooks, "anna", "failed");
        }
        Row second = webhook(webhooks);
        end(database, webhooks, "anna", "failed");

        webhooks.send();

        assertThat(webhooks.deliveries(second, 10)).extracting(Delivery::state).containsExactly(Progress.DELIVERED);
        assertThat(webhooks.deliveries(first, 100))
                .extracting(Delivery::state)
                .hasSize(61)
                .containsOnly(Progress.DELIVERED);
    }

    @EachDatabase
    void nothing_is_begun_once_the_host_stops(Database database) {
        Webhooks webhooks = webhooks(database);
        webhook(webhooks);
        end(database, webhooks, "anna", "failed");

        webhooks.stop();
        webhooks.send();

        assertThat(receiver.bodies).isEmpty();
    }

    @EachDatabase
    void a_change_keeps_the_secrets_of_a_rotation(Database database) {
        Webhooks webhooks = webhooks(database);
        Row row = webhook(webhooks);
        Row rotated = webhooks.rotate(row.id(), ANNA);

        Row changed = webhooks.change(row.id(), new WebhookRoutes.Change(null, List.of("job.failed"), null), ANNA);

        assertThat(changed.secret()).isEqualTo(rotated.secret());
        assertThat(changed.oldSecret()).isEqualTo(row.secret());
    }

    @EachDatabase
    void webhooks_and_what_is_left_of_them_are_bounded(Database database) {
        Webhooks webhooks = webhooks(database, new WebhookSettings(false, 1));
        Row row = webhook(webhooks);
        assertThatThrownBy(() -> webhook(webhooks)).hasMessageContaining("you have 1 webhooks (expected: at most 1");
        Requester bert = by(Callers.of("bert", java.util.Set.of(), java.util.Set.of()));
        assertThat(bert.caller().permits().test("host:webhooks")).isTrue(); // the caller of the tests may do everything
        end(database, webhooks, "anna", "failed");

        webhooks.delete(row.id(), ANNA);
        webhooks.send();
        webhooks.sweep();

        assertThat(receiver.bodies).isEmpty();
        assertThat(webhooks.deliveries(row, 10)).isEmpty();
        assertThatThrownBy(() -> webhooks.find(row.id(), ANNA.caller())).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org/",
                "https://user:secret@example.org/",
                "https://example.org/#part",
                "https:///path",
                "ftp://example.org/",
                "file:///etc/passwd",
                "//example.org",
                "https://exa mple.org/",
                "https://example.org/\r\nhost: other",
                "javascript:alert(1)",
                ""
            })
    void a_url_that_is_not_plain_https_is_refused_and_not_repeated(String url) {
        assertThatThrownBy(() -> WebhookUrl.require(url, false))
                .hasMessageContaining("https://host/path")
                .hasMessageNotContaining("secret");
    }
}
