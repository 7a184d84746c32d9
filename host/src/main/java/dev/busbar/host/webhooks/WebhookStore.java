package dev.busbar.host.webhooks;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Store of webhooks and of their deliveries, shared by all nodes. Safe for any number of threads. */
final class WebhookStore {
    private static final String WEBHOOK_COLUMNS =
            "id, owner, url, events, secret, old_secret, old_until, state, reason, created_at, changed_at";
    private static final String DELIVERY_COLUMNS =
            "id, webhook_id, event, body, state, attempt, next_at, created_at," + " tried_at, status, detail";
    private static final String SELECT = "select " + WEBHOOK_COLUMNS + " from webhook";
    private static final String SELECT_DELIVERY = "select " + DELIVERY_COLUMNS + " from webhook_delivery";
    private static final RowMapper<Row> ROWS = ConstructorMapper.of(Row.class);
    private static final RowMapper<Delivery> DELIVERIES = ConstructorMapper.of(Delivery.class);

    private final Database database;

    /**
     * A webhook as it is stored.
     *
     * @param events the types of events, separated by one space
     * @param oldSecret the secret before, which signs too until {@code oldUntil}
     */
    record Row(
            String id,
            String owner,
            String url,
            String events,
            String secret,
            @Nullable String oldSecret,
            @Nullable Instant oldUntil,
            State state,
            @Nullable String reason,
            Instant createdAt,
            Instant changedAt) {
        /** The secrets that sign at a time, the current one first. */
        List<String> secrets(Instant now) {
            return oldSecret != null && oldUntil != null && now.isBefore(oldUntil)
                    ? List.of(secret, oldSecret)
                    : List.of(secret);
        }

        @Override
        public String toString() {
            return "Row[" + id + "]";
        }
    }

    /** The states of a webhook. */
    enum State {
        /** Deliveries are sent. */
        ACTIVE,
        /** Nothing is sent, by the owner's wish or the receiver's (410). */
        DISABLED
    }

    /** The states of a delivery. */
    enum Progress {
        /** To be sent, at its next time. */
        PENDING,
        /** Accepted with a 2xx. */
        DELIVERED,
        /** Given up. */
        FAILED
    }

    /**
     * A delivery as it is stored.
     *
     * @param attempt the number of attempts that were begun
     * @param nextAt the time of the next attempt; while one is under way, when it counts as lost
     */
    record Delivery(
            String id,
            String webhookId,
            String event,
            String body,
            Progress state,
            int attempt,
            Instant nextAt,
            Instant createdAt,
            @Nullable Instant triedAt,
            @Nullable Integer status,
            @Nullable String detail) {}

    WebhookStore(Database database) {
        this.database = database;
    }

    <T> T change(Transaction.Work<T> work) {
        return database.change(work);
    }

    Optional<Row> find(String id) {
        return database.read(transaction -> find(transaction, id));
    }

    Optional<Row> find(Transaction transaction, String id) {
        return transaction
                .handle()
                .createQuery(SELECT + " where id = :id")
                .bind("id", id)
                .map(ROWS)
                .findOne();
    }

    /** The webhooks of an owner, the oldest first. */
    List<Row> of(Transaction transaction, String owner) {
        return transaction
                .handle()
                .createQuery(SELECT + " where owner = :owner order by created_at, id")
                .bind("owner", owner)
                .map(ROWS)
                .list();
    }

    List<Row> of(String owner) {
        return database.read(transaction -> of(transaction, owner));
    }

    /** The principals with an active webhook. */
    Set<String> owners() {
        return Set.copyOf(database.jdbi()
                .withHandle(handle -> handle.createQuery("select distinct owner from webhook where state = 'ACTIVE'")
                        .mapTo(String.class)
                        .list()));
    }

    /** Locks the principal, so that its webhooks are created one after the other. */
    void lockOwner(Transaction transaction, String owner) {
        int unused = transaction.handle().execute("update principal set kind = kind where id = ?", owner);
    }

    void insert(Transaction transaction, Row row) {
        boolean unused = database.insert(
                transaction.handle(),
                "insert into webhook (" + WEBHOOK_COLUMNS + ") values (:id, :owner, :url, :events, :secret, :oldSecret,"
                        + " :oldUntil, :state, :reason, :createdAt, :changedAt)",
                row);
    }

    void update(Transaction transaction, Row row) {
        transaction
                .handle()
                .createUpdate("update webhook set url = :url, events = :events, secret = :secret,"
                        + " old_secret = :oldSecret, old_until = :oldUntil, state = :state, reason = :reason,"
                        + " changed_at = :changedAt where id = :id")
                .bind("url", row.url())
                .bind("events", row.events())
                .bind("secret", row.secret())
                .bind("oldSecret", row.oldSecret())
                .bind("oldUntil", row.oldUntil())
                .bind("state", row.state())
                .bind("reason", row.reason())
                .bind("changedAt", row.changedAt())
                .bind("id", row.id())
                .execute();
    }

    /** Disables a webhook with a reason. */
    boolean disable(Transaction transaction, String id, String reason, Instant now) {
        return transaction
                        .handle()
                        .createUpdate("update webhook set state = 'DISABLED', reason = :reason, changed_at = :now"
                                + " where id = :id and state = 'ACTIVE'")
                        .bind("reason", reason)
                        .bind("now", now)
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /** Deletes a webhook; its deliveries are deleted in steps later. */
    boolean delete(Transaction transaction, String id) {
        return transaction.handle().execute("delete from webhook where id = ?", id) > 0;
    }

    void insert(Transaction transaction, Delivery delivery) {
        boolean unused = database.insert(
                transaction.handle(),
                "insert into webhook_delivery (" + DELIVERY_COLUMNS
                        + ") values (:id, :webhookId, :event, :body, :state,"
                        + " :attempt, :nextAt, :createdAt, :triedAt, :status, :detail)",
                delivery);
    }

    /** The number of deliveries of a webhook that are pending. */
    long pending(Transaction transaction, String webhookId) {
        return transaction
                .handle()
                .createQuery("select count(*) from webhook_delivery where webhook_id = :id and state = 'PENDING'")
                .bind("id", webhookId)
                .mapTo(Long.class)
                .one();
    }

    /** Active webhooks with a delivery whose time has come, without some. */
    List<String> due(Instant now, Set<String> without, int limit) {
        String excluding = without.isEmpty() ? "" : " and d.webhook_id not in (<without>)";
        return database.jdbi().withHandle(handle -> {
            Query query = handle.createQuery("select distinct d.webhook_id from webhook_delivery d"
                    + " join webhook w on w.id = d.webhook_id and w.state = 'ACTIVE'"
                    + " where d.state = 'PENDING' and d.next_at <= :now" + excluding + " fetch first " + limit
                    + " rows only");
            if (!without.isEmpty()) {
                query.bindList("without", new ArrayList<>(without));
            }
            return query.bind("now", now).mapTo(String.class).list();
        });
    }

    /** The delivery of a webhook that is due for the longest time. */
    Optional<Delivery> firstDue(String webhookId, Instant now) {
        return database.jdbi().withHandle(handle -> handle.createQuery(SELECT_DELIVERY
                        + " where webhook_id = :id and state = 'PENDING' and next_at <= :now"
                        + " order by next_at, id fetch first 1 row only")
                .bind("id", webhookId)
                .bind("now", now)
                .map(DELIVERIES)
                .findOne());
    }

    /** Locks a webhook until the transaction ends, and returns it as it is then. */
    Optional<Row> lock(Transaction transaction, String id) {
        int unused = transaction.handle().execute("update webhook set changed_at = changed_at where id = ?", id);
        return find(transaction, id);
    }

    /** Begins an attempt: whoever succeeds sends. If nothing is heard of it by a time, it is tried again. */
    boolean begin(Delivery delivery, Instant lostAt) {
        return database.jdbi().withHandle(handle -> handle.createUpdate(
                                "update webhook_delivery set attempt = attempt + 1, next_at = :lostAt"
                                        + " where id = :id and attempt = :attempt and state = 'PENDING'"
                                        + " and next_at = :nextAt")
                        .bind("lostAt", lostAt)
                        .bind("id", delivery.id())
                        .bind("attempt", delivery.attempt())
                        .bind("nextAt", delivery.nextAt())
                        .execute())
                > 0;
    }

    /** Stores the result of an attempt, unless another one has begun since. */
    boolean end(Transaction transaction, Delivery result) {
        return transaction
                        .handle()
                        .createUpdate(
                                "update webhook_delivery set state = :state, next_at = :nextAt, tried_at = :triedAt,"
                                        + " status = :status, detail = :detail where id = :id and attempt = :attempt"
                                        + " and state = 'PENDING'")
                        .bind("state", result.state())
                        .bind("nextAt", result.nextAt())
                        .bind("triedAt", result.triedAt())
                        .bind("status", result.status())
                        .bind("detail", result.detail())
                        .bind("id", result.id())
                        .bind("attempt", result.attempt())
                        .execute()
                > 0;
    }

    /** Sends a delivery again, from the first attempt on, under the same id. */
    boolean replay(Transaction transaction, String webhookId, String id, Instant now) {
        return transaction
                        .handle()
                        .createUpdate("update webhook_delivery set state = 'PENDING', attempt = 0, next_at = :now"
                                + " where id = :id and webhook_id = :webhook")
                        .bind("now", now)
                        .bind("id", id)
                        .bind("webhook", webhookId)
                        .execute()
                > 0;
    }

    /** The last deliveries of a webhook, the latest first. */
    List<Delivery> deliveries(String webhookId, int limit) {
        return database.jdbi().withHandle(handle -> handle.createQuery(SELECT_DELIVERY
                        + " where webhook_id = :id order by created_at desc, id fetch first " + limit + " rows only")
                .bind("id", webhookId)
                .map(DELIVERIES)
                .list());
    }

    /** Deletes some deliveries that ended before a time, or whose webhook is gone; returns how many. */
    int deleteSome(Instant before, int limit) {
        List<String> ids = database.jdbi().withHandle(handle -> handle.createQuery(
                        "select id from webhook_delivery where (state <> 'PENDING' and created_at < :before)"
                                + " or webhook_id not in (select id from webhook) fetch first " + limit + " rows only")
                .bind("before", before)
                .mapTo(String.class)
                .list());
        if (!ids.isEmpty()) {
            int unused = database.jdbi()
                    .withHandle(handle -> handle.createUpdate("delete from webhook_delivery where id in (<ids>)")
                            .bindList("ids", ids)
                            .execute());
        }
        return ids.size();
    }
}
