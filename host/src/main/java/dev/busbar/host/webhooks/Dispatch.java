package dev.busbar.host.webhooks;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.outbound.Post;
import dev.busbar.host.webhooks.WebhookStore.Delivery;
import dev.busbar.host.webhooks.WebhookStore.Progress;
import dev.busbar.host.webhooks.WebhookStore.Row;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sending of deliveries. Each attempt is begun by one node; one of which nothing is heard is made again, under the same
 * id. A node sends to one webhook at a time, so that a receiver that does not respond holds one thread. Safe for any number
 * of threads.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final Duration LOST = Duration.ofMinutes(2);
    private static final Duration TURN = Duration.ofSeconds(5);
    private static final int BATCH = 50;
    private static final int GONE = 410;
    private static final int MAX_DETAIL = 300;

    private final WebhookStore store;
    private final Webhooks.Means means;
    private final Sender sender;
    private final Executor threads;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private final SecureRandom random = new SecureRandom();

    Dispatch(WebhookStore store, Webhooks.Means means, Sender sender, Executor threads) {
        this.store = store;
        this.means = means;
        this.sender = sender;
        this.threads = threads;
    }

    /** Starts threads for the webhooks that have something due. */
    void send() {
        for (String webhook : store.due(means.clock().instant(), Set.copyOf(busy), BATCH)) {
            if (busy.add(webhook)) {
                begin(webhook);
            }
        }
    }

    private void begin(String webhook) {
        try {
            threads.execute(() -> {
                try {
                    sendAll(webhook);
                } catch (RuntimeException e) {
                    LOG.warn("webhook {}: a delivery could not be sent; it is tried again", webhook, e);
                } finally {
                    busy.remove(webhook);
                }
            });
        } catch (RejectedExecutionException stopping) {
            LOG.debug("webhook {}: its deliveries are sent after the next start", webhook);
            busy.remove(webhook);
        }
    }

    /** Sends what is due for one webhook, one after the other, until an attempt fails or others are to have the thread. */
    private void sendAll(String webhook) {
        long began = System.nanoTime();
        boolean accepted = true;
        while (accepted && !stopping && System.nanoTime() - began < TURN.toNanos()) {
            Optional<Delivery> next = store.firstDue(webhook, means.clock().instant());
            if (next.isEmpty()) {
                return;
            }
            accepted = attempt(next.get());
        }
    }

    /** Begins no more attempts. */
    void stop() {
        stopping = true;
    }

    /** Makes an attempt; returns whether the delivery was accepted. */
    private boolean attempt(Delivery delivery) {
        Instant now = means.clock().instant();
        Optional<Row> webhook = store.find(delivery.webhookId());
        boolean active =
                webhook.filter(row -> row.state() == WebhookStore.State.ACTIVE).isPresent();
        if (!active || !store.begin(delivery, now.plus(LOST))) {
            return false;
        }
        Attempt attempt = attempted(delivery, webhook.orElseThrow(), now);
        Delivery result = result(delivery, attempt);
        boolean isGone = attempt.status != null && attempt.status == GONE;
        boolean stored = store.change(transaction -> {
            boolean mine = store.end(transaction, result);
            if (mine && isGone && store.disable(transaction, delivery.webhookId(), "the receiver responded 410", now)) {
                means.audit()
                        .append(
                                transaction,
                                new AuditEvent(
                                        "webhook.disable",
                                        Actor.HOST,
                                        "webhook:" + delivery.webhookId(),
                                        AuditEvent.Outcome.DONE,
                                        Map.of("reason", "410")));
            }
            return mine;
        });
        if (stored) {
            count(outcome(result.state()));
        }
        return result.state() == Progress.DELIVERED;
    }

    private static String outcome(Progress state) {
        return switch (state) {
            case PENDING -> "retried";
            case DELIVERED -> "delivered";
            case FAILED -> "failed";
        };
    }

    private void count(String outcome) {
        means.meters()
                .count("busbar.webhook.deliveries", "Attempts of deliveries of webhooks", "outcome", outcome)
                .increment();
    }

    /** What came of an attempt. */
    private record Attempt(
            @Nullable Integer status,
            Optional<String> retryAfter,
            @Nullable String detail) {}

    private Attempt attempted(Delivery delivery, Row webhook, Instant now) {
        byte[] body = delivery.body().getBytes(StandardCharsets.UTF_8);
        long seconds = now.getEpochSecond();
        Map<String, String> headers = Map.of(
                "webhook-id",
                delivery.id(),
                "webhook-timestamp",
                String.valueOf(seconds),
                "webhook-signature",
                Signer.signatures(webhook.secrets(now), delivery.id(), seconds, body));
        try {
            Post.Received received = sender.send(URI.create(webhook.url()), headers, body);
            return new Attempt(received.status(), received.retryAfter(), shown(received.start()));
        } catch (IOException e) {
            return new Attempt(null, Optional.empty(), shown(e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}+", " ");
        return plain.length() <= MAX_DETAIL ? plain : plain.substring(0, MAX_DETAIL);
    }

    private Delivery result(Delivery delivery, Attempt attempt) {
        int attempts = delivery.attempt() + 1;
        Instant now = means.clock().instant();
        boolean accepted = attempt.status != null && attempt.status / 100 == 2;
        Optional<Instant> next = accepted || (attempt.status != null && attempt.status == GONE)
                ? Optional.empty()
                : Retry.next(attempts, attempt.retryAfter, now, random);
        Progress state = accepted ? Progress.DELIVERED : next.isPresent() ? Progress.PENDING : Progress.FAILED;
        return new Delivery(
                delivery.id(),
                delivery.webhookId(),
                delivery.event(),
                delivery.body(),
                state,
                attempts,
                next.orElse(now),
                delivery.createdAt(),
                now,
                attempt.status,
                accepted ? null : attempt.detail);
    }
}
