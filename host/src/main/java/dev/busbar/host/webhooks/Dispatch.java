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
    private static final int BATCH = 50;
    private static final int GONE = 410;
    private static final int MAX_DETAIL = 300;

    private final WebhookStore store;
    private final Webhooks.Means means;
    private final Sender sender;
    private final Executor threads;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final SecureRandom random = new SecureRandom();

    Dispatch(WebhookStore store, Webhooks.Means means, Sender sender, Executor threads) {
        this.store = store;
        this.means = means;
        this.sender = sender;
        this.threads = threads;
    }

    /** Hands what is due to the threads that send. */
    void send() {
        for (Delivery delivery : store.due(means.clock().instant(), Set.copyOf(busy), BATCH)) {
            if (busy.add(delivery.webhookId())) {
                begin(delivery);
            }
        }
    }

    private void begin(Delivery delivery) {
        try {
            threads.execute(() -> {
                try {
                    attempt(delivery);
                } catch (RuntimeException e) {
                    LOG.warn("delivery {} could not be sent; it is tried again", delivery.id(), e);
                } finally {
                    busy.remove(delivery.webhookId());
                }
            });
        } catch (RejectedExecutionException stopping) {
            LOG.debug("delivery {} is sent after the next start", delivery.id());
            busy.remove(delivery.webhookId());
        }
    }

    private void attempt(Delivery delivery) {
        Instant now = means.clock().instant();
        Optional<Row> webhook = store.find(delivery.webhookId());
        if (webhook.isEmpty() || !store.begin(delivery, now.plus(LOST))) {
            return;
        }
        Attempt attempt = attempted(delivery, webhook.get(), now);
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
