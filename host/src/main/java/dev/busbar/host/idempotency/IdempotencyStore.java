package dev.busbar.host.idempotency;

import dev.busbar.core.EncodedResponse;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * The store of idempotency keys, shared by all nodes. Each statement is a transaction of its own, except that a response is
 * stored with its size. Blocks; thread-safe.
 */
final class IdempotencyStore {
    private static final String KEY = " where caller = :caller and platform = :platform and name = :name";
    private static final String OWN = KEY + " and attempt = :attempt and state = 'begun'";
    /** On H2 it reads indexes and small rows, and no row that has a response. */
    private static final String USAGE = "select (select count(*) from idempotency_key where caller = :caller) as keys,"
            + " (select coalesce(sum(bytes), 0) from idempotency_bytes where caller = :caller) as bytes";

    private static final int ATTEMPTS = 5;
    private static final int SWEEP_BATCH = 1_000;
    private static final long SWEEP_BYTES = 1L << 20;
    private static final long UNMEASURED = -1;

    private static final RowMapper<Stored> ROWS = ConstructorMapper.of(Stored.class);

    private final Database database;
    /** The bytes of all responses when they were measured last, and of those that this node has stored since. */
    private final AtomicLong storedBytes = new AtomicLong(UNMEASURED);

    /** The state of a key. */
    enum State {
        /** The request is in progress, or its node has crashed. */
        BEGUN,
        /** The request was executed, and its response is stored. */
        DONE,
        /** The outcome is unknown. */
        UNKNOWN,
        /** The request was executed, and its response is not stored. */
        NOT_REPLAYABLE
    }

    /**
     * The reservation of a key for an attempt.
     *
     * @param attempt the id of the attempt
     * @param answerBy the time by which the request has a response in any case
     * @param expiresAt the time at which the key expires
     */
    record Reservation(IdempotencyKey key, String fingerprint, String attempt, Instant answerBy, Instant expiresAt) {}

    /**
     * The record of a key.
     *
     * @param response the response; null unless the state is {@link State#DONE}
     */
    record KeyRecord(
            String fingerprint,
            String attempt,
            State state,
            Instant answerBy,
            Instant expiresAt,
            @Nullable RecordedResponse response) {}

    /** A stored response, without the headers that the host adds to every response. */
    record RecordedResponse(int status, Map<String, String> headers, byte[] body) {
        static RecordedResponse of(Answer answer) {
            return new RecordedResponse(answer.status(), Map.copyOf(answer.fields()), answer.body());
        }
    }

    /** The result of a reservation. */
    sealed interface Decision {
        /** The attempt has the key. */
        record Granted() implements Decision {}

        /**
         * Another attempt has the key.
         *
         * @param existing the record of that attempt
         */
        record Taken(KeyRecord existing) implements Decision {}

        /** The caller has too many keys. */
        record Exhausted() implements Decision {}

        /** The stored responses of the caller have too many bytes. */
        record CallerFull() implements Decision {}

        /** The stored responses of all callers have too many bytes. */
        record Full() implements Decision {}
    }

    /**
     * The max usage of the store at which a key is still reserved.
     *
     * @param keys the max count of keys of one caller
     * @param bytesOfCaller the max size of the responses of one caller
     * @param bytesOfAll the max size of all responses
     */
    record Bounds(int keys, long bytesOfCaller, long bytesOfAll) {}

    private record Usage(int keys, long bytes) {}

    private record Row(
            String caller,
            String platform,
            String name,
            String fingerprint,
            String attempt,
            Instant answerBy,
            Instant expiresAt) {}

    /** A row; status, fields and body are those of a response, null unless the state is {@link State#DONE}. */
    private record Stored(
            String fingerprint,
            String attempt,
            State state,
            Instant answerBy,
            Instant expiresAt,
            @Nullable Integer status,
            @Nullable String fields,
            byte @Nullable [] body) {
        KeyRecord toRecord() {
            return new KeyRecord(fingerprint, attempt, state, answerBy, expiresAt, response());
        }

        private @Nullable RecordedResponse response() {
            return state != State.DONE || status == null || fields == null || body == null
                    ? null
                    : new RecordedResponse(status, IdempotencyStore.fields(fields), body);
        }
    }

    IdempotencyStore(Database database) {
        this.database = database;
    }

    /** Reserves a key for an attempt, unless it is taken, or the store is used to its bounds. */
    Decision reserve(Reservation reservation, Bounds bounds, Instant now) {
        return database.jdbi().withHandle(handle -> reserve(handle, reservation, bounds, now));
    }

    private Decision reserve(Handle handle, Reservation reservation, Bounds bounds, Instant now) {
        IdempotencyKey key = reservation.key();
        Row row = new Row(
                key.caller(),
                key.platform(),
                key.name(),
                reservation.fingerprint(),
                reservation.attempt(),
                reservation.answerBy(),
                reservation.expiresAt());
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<KeyRecord> existing = find(handle, key);
            if (existing.isPresent() && existing.get().expiresAt().isAfter(now)) {
                return new Decision.Taken(existing.get());
            }
            if (existing.isPresent()) {
                deleteExpired(handle, key, now);
            }
            Usage usage = usage(handle, key);
            if (usage.keys() >= bounds.keys()) {
                return new Decision.Exhausted();
            }
            if (usage.bytes() >= bounds.bytesOfCaller()) {
                return new Decision.CallerFull();
            }
            if (bytesOfAll(handle) >= bounds.bytesOfAll()) {
                return new Decision.Full();
            }
            boolean inserted = database.insert(
                    handle,
                    "insert into idempotency_key (caller, platform, name, fingerprint, attempt, state, answer_by,"
                            + " expires_at) values (:caller, :platform, :name, :fingerprint, :attempt, 'begun',"
                            + " :answerBy, :expiresAt)",
                    row);
            if (inserted) {
                return new Decision.Granted();
            }
        }
        throw new StoreException("idempotency key: neither found nor inserted in " + ATTEMPTS + " attempts");
    }

    private static Optional<KeyRecord> find(Handle handle, IdempotencyKey key) {
        return bind(
                        handle.createQuery(
                                "select fingerprint, attempt, state, answer_by, expires_at, status, fields, body"
                                        + " from idempotency_key" + KEY),
                        key)
                .map(ROWS)
                .map(Stored::toRecord)
                .findOne();
    }

    private static void deleteExpired(Handle handle, IdempotencyKey key, Instant now) {
        bind(handle.createUpdate("delete from idempotency_key" + KEY + " and expires_at <= :now"), key)
                .bind("now", now)
                .execute();
    }

    private static Usage usage(Handle handle, IdempotencyKey key) {
        return handle.createQuery(USAGE)
                .bind("caller", key.caller())
                .map((row, context) -> new Usage(row.getInt("keys"), row.getLong("bytes")))
                .one();
    }

    /** Other nodes store as well, so it is measured again with each {@link #sweep}. */
    private long bytesOfAll(Handle handle) {
        long known = storedBytes.get();
        return known == UNMEASURED ? measure(handle) : known;
    }

    private long measure(Handle handle) {
        long bytes = handle.createQuery("select coalesce(sum(bytes), 0) from idempotency_bytes")
                .mapTo(Long.class)
                .one();
        storedBytes.set(bytes);
        return bytes;
    }

    /** Stores the response of an attempt; returns false if its key has expired. */
    boolean save(Reservation reservation, RecordedResponse response) {
        String fields = text(response.headers());
        long bytes = (long) fields.length() + response.body().length;
        boolean stored = database.jdbi().inTransaction(handle -> {
            int changed = own(
                            handle.createUpdate("update idempotency_key set state = 'done', status = :status,"
                                    + " fields = :fields, body = :body" + OWN),
                            reservation)
                    .bind("status", response.status())
                    .bind("fields", fields)
                    .bind("body", response.body())
                    .execute();
            if (changed == 0) {
                return false;
            }
            bind(
                            handle.createUpdate("insert into idempotency_bytes (caller, platform, name, bytes)"
                                    + " values (:caller, :platform, :name, :bytes)"),
                            reservation.key())
                    .bind("bytes", bytes)
                    .execute();
            return true;
        });
        if (stored) {
            storedBytes.updateAndGet(known -> known == UNMEASURED ? known : known + bytes);
        }
        return stored;
    }

    /** Records the state of a key whose attempt has ended without a response that can be stored. */
    void mark(Reservation reservation, State state) {
        database.jdbi().useHandle(handle -> own(
                        handle.createUpdate("update idempotency_key set state = :state" + OWN), reservation)
                .bind("state", state.name().toLowerCase(Locale.ROOT))
                .execute());
    }

    /** Releases the key of an attempt. */
    void remove(Reservation reservation) {
        database.jdbi().useHandle(handle -> own(handle.createUpdate("delete from idempotency_key" + OWN), reservation)
                .execute());
    }

    /** Deletes expired keys; returns their count. Each statement deletes a batch, so that none takes long. */
    int sweep(Instant now) {
        int deleted = sweep(now, SWEEP_BATCH);
        long unused = database.jdbi().withHandle(this::measure);
        return deleted;
    }

    int sweep(Instant now, int batch) {
        int deleted = 0;
        for (int next = fitting(now, batch); next > 0; next = fitting(now, batch)) {
            deleted += deleteExpired(now, next);
        }
        return deleted;
    }

    /** The number of keys that expired first whose responses fit into a batch: a large delete takes the memory of H2. */
    private int fitting(Instant now, int batch) {
        List<Long> sizes = database.jdbi().withHandle(handle -> handle.createQuery(
                        "select coalesce(b.bytes, 0) from idempotency_key k left join idempotency_bytes b"
                                + " on b.caller = k.caller and b.platform = k.platform and b.name = k.name"
                                + " where k.expires_at <= :now order by k.expires_at limit :batch")
                .bind("now", now)
                .bind("batch", batch)
                .mapTo(Long.class)
                .list());
        long bytes = 0;
        int count = 0;
        for (long size : sizes) {
            bytes += size;
            if (count > 0 && bytes > SWEEP_BYTES) {
                return count;
            }
            count++;
        }
        return count;
    }

    private int deleteExpired(Instant now, int batch) {
        return database.jdbi().withHandle(handle -> handle.createUpdate(
                        "delete from idempotency_key where (caller, platform, name) in"
                                + " (select caller, platform, name from idempotency_key"
                                + " where expires_at <= :now order by expires_at limit :batch)"
                                + " and expires_at <= :now")
                .bind("now", now)
                .bind("batch", batch)
                .execute());
    }

    private static <T extends SqlStatement<T>> T own(T statement, Reservation reservation) {
        return bind(statement, reservation.key()).bind("attempt", reservation.attempt());
    }

    private static <T extends SqlStatement<T>> T bind(T statement, IdempotencyKey key) {
        return statement
                .bind("caller", key.caller())
                .bind("platform", key.platform())
                .bind("name", key.name());
    }

    /** One line for each header line; only a header with several lines has a value with a line end. */
    private static String text(Map<String, String> fields) {
        return fields.entrySet().stream()
                .flatMap(field ->
                        EncodedResponse.lines(field.getValue()).stream().map(value -> field.getKey() + ":" + value))
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            fields.merge(line.substring(0, colon), line.substring(colon + 1), (first, next) -> first + "\n" + next);
        });
        return fields;
    }
}
