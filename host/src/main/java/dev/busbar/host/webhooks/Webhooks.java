package dev.busbar.host.webhooks;

import dev.busbar.core.JsonCodec;
import dev.busbar.host.access.Requester;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditTrail;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.host.pipeline.Meters;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.webhooks.WebhookStore.Delivery;
import dev.busbar.host.webhooks.WebhookStore.Progress;
import dev.busbar.host.webhooks.WebhookStore.Row;
import dev.busbar.host.webhooks.WebhookStore.State;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks of a host. Safe for any number of threads and nodes; every method but {@link #expire} uses the store.
 */
public final class Webhooks {
    /** The period of {@link #send} and {@link #expire}. */
    public static final Duration PERIOD = Duration.ofSeconds(1);

    /** The period of {@link #sweep}. */
    public static final Duration SWEEP_PERIOD = Duration.ofMinutes(1);

    static final List<String> EVENTS = List.of("job.succeeded", "job.failed", "job.cancelled");
    static final Duration OVERLAP = Duration.ofDays(1);
    private static final String ADMIN = "host:webhooks";
    private static final Duration RETENTION = Duration.ofDays(7);
    private static final int MAX_PENDING = 1_000;
    private static final int SWEPT = 100;
    private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");
    private static final JsonCodec JSON = JsonCodec.withoutTraces(Webhooks.class.getClassLoader());

    private final Means means;
    private final WebhookSettings settings;
    private final WebhookStore store;
    private final Dispatch dispatch;
    private final Expiry expiry;
    /**
     * The principals with webhooks, so that the end of a job of others costs nothing. Null where that is not known: before it
     * was read, and in a store where other nodes create some.
     */
    private volatile @Nullable Set<String> owners;

    /**
     * The means of webhooks.
     *
     * @param threads send, and may block
     */
    public record Means(Database database, AuditTrail audit, Clock clock, Meters meters, Executor threads) {}

    /**
     * The end of a job.
     *
     * @param principal the id of the principal that it ran for
     * @param state {@code succeeded}, {@code failed} or {@code cancelled}
     */
    public record Ended(String job, String principal, String platform, String type, String state) {}

    /** The webhooks of a database, sent over HTTP. */
    public static Webhooks of(Means means, WebhookSettings settings) {
        HttpSender sender = new HttpSender(settings.allowPrivate(), HttpSender.LIMIT, System::nanoTime);
        return new Webhooks(means, settings, sender, new Expiry(sender::expire, sender::abort));
    }

    /**
     * The end of attempts.
     *
     * @param late ends what the sender has begun too long ago
     * @param all ends all that is under way
     */
    record Expiry(Runnable late, Runnable all) {}

    Webhooks(Means means, WebhookSettings settings, Sender sender, Expiry expiry) {
        this.means = means;
        this.settings = settings;
        this.store = new WebhookStore(means.database());
        this.dispatch = new Dispatch(store, means, sender, means.threads());
        this.expiry = expiry;
    }

    /** The routes over webhooks. */
    public List<HostRoute> routes() {
        return new WebhookRoutes(this).routes();
    }

    /** Sends what is due. Called periodically on every node; does not wait for receivers. */
    public void send() {
        if (!means.database().isShared()) {
            owners = store.owners();
        }
        dispatch.send();
    }

    /** Ends the attempts that take too long. Called periodically; does not block. */
    public void expire() {
        expiry.late().run();
    }

    /** Begins no more attempts, and ends those under way; their threads are not interrupted, because they use the store. */
    public void stop() {
        dispatch.stop();
        expiry.all().run();
    }

    /** Deletes old deliveries, in steps. Called periodically on every node. */
    public void sweep() {
        Instant before = means.clock().instant().minus(RETENTION);
        int left = SWEPT;
        while (left > 0 && store.deleteSome(before, SWEPT) == SWEPT) {
            left--;
        }
    }

    /** Returns whether it is known that there is no webhook: the end of a job costs nothing then. */
    public boolean isIdle() {
        Set<String> known = owners;
        return known != null && known.isEmpty();
    }

    /** Writes the deliveries of the end of a job, in the transaction in which it ends. */
    public void ended(Transaction transaction, Ended job) {
        Set<String> known = owners;
        if (known != null && !known.contains(job.principal())) {
            return;
        }
        String event = "job." + job.state();
        for (Row webhook : store.of(transaction, job.principal())) {
            boolean wanted = webhook.state() == State.ACTIVE && events(webhook).contains(event);
            if (wanted && store.pending(transaction, webhook.id()) < MAX_PENDING) {
                store.insert(transaction, delivery(webhook, event, job));
            } else if (wanted) {
                means.meters()
                        .count("busbar.webhook.deliveries", "Attempts of deliveries of webhooks", "outcome", "dropped")
                        .increment();
            }
        }
    }

    private Delivery delivery(Row webhook, String event, Ended job) {
        Instant now = means.clock().instant();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", job.job());
        data.put("platform", job.platform());
        data.put("type", job.type());
        data.put("state", job.state());
        data.put("href", "/jobs/" + job.job());
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", event);
        message.put("timestamp", now.toString());
        message.put("data", data);
        return new Delivery(
                "msg_" + UUID.randomUUID(),
                webhook.id(),
                event,
                new String(JSON.encode(message), StandardCharsets.UTF_8),
                Progress.PENDING,
                0,
                now,
                now,
                null,
                null,
                null);
    }

    static List<String> events(Row webhook) {
        return Arrays.asList(webhook.events().split(" "));
    }

    /**
     * Creates a webhook.
     *
     * @throws ProblemException 422 that names what is invalid; 409 when there are too many
     */
    Row create(@Nullable String url, @Nullable List<String> events, Requester by) {
        Instant now = means.clock().instant();
        Row row = new Row(
                UUID.randomUUID().toString(),
                by.caller().principal().id(),
                WebhookUrl.require(url, settings.allowPrivate()),
                joined(events),
                Signer.newSecret(),
                null,
                null,
                State.ACTIVE,
                null,
                now,
                now);
        Row created = store.change(transaction -> {
            store.lockOwner(transaction, row.owner());
            int count = store.of(transaction, row.owner()).size();
            if (count >= settings.perPrincipal()) {
                throw ProblemException.conflict("you have " + count + " webhooks (expected: at most "
                        + settings.perPrincipal() + "; delete one that is not needed)");
            }
            owners = null; // before the commit: a job that ends right after it finds the webhook
            store.insert(transaction, row);
            append(transaction, "webhook.create", row, by);
            return row;
        });
        owners = null;
        return created;
    }

    private static String joined(@Nullable List<String> events) {
        Set<String> wanted = events == null ? new TreeSet<>(EVENTS) : new TreeSet<>(events);
        if (wanted.isEmpty() || !EVENTS.containsAll(wanted)) {
            throw ProblemException.invalid("/events", "expected: one or more of " + String.join(", ", EVENTS));
        }
        return String.join(" ", wanted);
    }

    /** The webhooks of a caller. */
    List<Row> list(Caller caller) {
        return store.of(caller.principal().id());
    }

    /**
     * A webhook of a caller; of anybody for an administrator.
     *
     * @throws ProblemException 404
     */
    Row find(String id, Caller caller) {
        return Optional.of(id)
                .filter(known -> ID.matcher(known).matches())
                .flatMap(store::find)
                .filter(row -> row.owner().equals(caller.principal().id())
                        || caller.permits().test(ADMIN))
                .orElseThrow(() -> ProblemException.notFound("there is no webhook of this id that you may see"));
    }

    /** Changes a webhook; what is null stays. */
    Row change(String id, WebhookRoutes.Change change, Requester by) {
        String url = change.url() == null ? null : WebhookUrl.require(change.url(), settings.allowPrivate());
        String events = change.events() == null ? null : joined(change.events());
        return update(id, "webhook.change", by, before -> {
            boolean enabled = change.enabled() == null ? before.state() == State.ACTIVE : change.enabled();
            return new Row(
                    id,
                    before.owner(),
                    url == null ? before.url() : url,
                    events == null ? before.events() : events,
                    before.secret(),
                    before.oldSecret(),
                    before.oldUntil(),
                    enabled ? State.ACTIVE : State.DISABLED,
                    enabled ? null : before.reason(),
                    before.createdAt(),
                    now());
        });
    }

    /** Changes a webhook that is locked, so that of two changes at a time none undoes the other. */
    private Row update(String id, String action, Requester by, UnaryOperator<Row> change) {
        Row visible = find(id, by.caller());
        Row changed = store.change(transaction -> {
            Row after = change.apply(store.lock(transaction, visible.id()).orElse(visible));
            store.update(transaction, after);
            append(transaction, action, after, by);
            return after;
        });
        owners = null;
        return changed;
    }

    /** Gives a webhook a new secret. The old one signs too for a day, so that receivers can change over. */
    Row rotate(String id, Requester by) {
        return update(
                id,
                "webhook.rotate",
                by,
                before -> new Row(
                        id,
                        before.owner(),
                        before.url(),
                        before.events(),
                        Signer.newSecret(),
                        before.secret(),
                        now().plus(OVERLAP),
                        before.state(),
                        before.reason(),
                        before.createdAt(),
                        now()));
    }

    /** Deletes a webhook; nothing of it is sent any more. */
    void delete(String id, Requester by) {
        Row row = find(id, by.caller());
        boolean unused = store.change(transaction -> {
            boolean deleted = store.delete(transaction, id);
            append(transaction, "webhook.delete", row, by);
            return deleted;
        });
    }

    /** The last deliveries of a webhook. */
    List<Delivery> deliveries(Row webhook, int limit) {
        return store.deliveries(webhook.id(), limit);
    }

    /** Sends a delivery again, under the same id. */
    void replay(String id, String delivery, Requester by) {
        Row row = find(id, by.caller());
        boolean unused = store.change(transaction -> {
            if (!store.replay(transaction, id, delivery, means.clock().instant())) {
                throw ProblemException.notFound("there is no delivery of this id");
            }
            append(transaction, "webhook.replay", row, by);
            return true;
        });
    }

    /** The URL is not recorded, because it may contain a secret. */
    private void append(Transaction transaction, String action, Row row, Requester by) {
        means.audit()
                .append(
                        transaction,
                        AuditEvent.done(action, by.actor(), "webhook:" + row.id(), Map.of("owner", row.owner())));
    }

    Instant now() {
        return means.clock().instant();
    }

    static Optional<Instant> oldUntil(Row row, Instant now) {
        return Optional.ofNullable(row.oldUntil()).filter(now::isBefore);
    }
}
