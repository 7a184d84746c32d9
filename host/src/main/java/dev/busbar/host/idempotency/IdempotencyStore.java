package dev.busbar.host.idempotency;

import dev.busbar.core.EncodedResponse;
import dev.busbar.host.pipeline.Answer;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * What became of requests with an {@code Idempotency-Key}, on all nodes. Each statement is a transaction of its own.
 * Blocks; safe for any number of threads.
 */
final class IdempotencyStore {
    private static final String KEY = " where caller = :caller and platform = :platform and name = :name";
    private static final String OWN = KEY + " and attempt = :attempt and state = 'begun'";
    private static final int ATTEMPTS = 5;

    private static final RowMapper<Stored> ROWS = ConstructorMapper.of(Stored.class);

    private final Database database;

    /** How far a request has come. */
    enum State {
        /** It runs, or somebody died who ran it. */
        BEGUN,
        /** It is done, and its answer is kept. */
        DONE,
        /** Nobody knows whether it is done. */
        UNKNOWN,
        /** It is done, and its answer is not kept. */
        NOT_REPLAYABLE
    }

    /**
     * A request that begins.
     *
     * @param attempt names this one among all that come under the key
     * @param answerBy until when it is answered, whatever happens
     * @param expiresAt from when on the key is free again
     */
    record Beginning(IdempotencyKey key, String fingerprint, String attempt, Instant answerBy, Instant expiresAt) {}

    /**
     * What is known of a key.
     *
     * @param answer what was answered; null unless it is {@link State#DONE}
     */
    record Known(
            String fingerprint,
            String attempt,
            State state,
            Instant answerBy,
            Instant expiresAt,
            @Nullable Kept answer) {}

    /** An answer without what the host adds to every one. */
    record Kept(int status, Map<String, String> fields, byte[] body) {
        static Kept of(Answer answer) {
            return new Kept(answer.status(), Map.copyOf(answer.fields()), answer.body());
        }
    }

    /** What came of a beginning. */
    enum Result {
        /** It is this one that runs. */
        BEGUN,
        /** Another one has the key. */
        KNOWN,
        /** The caller has too many keys. */
        FULL
    }

    /**
     * Tells what came of a beginning.
     *
     * @param known the other one; null unless there is one
     */
    record Outcome(Result result, @Nullable Known known) {}

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
        Known known() {
            return new Known(fingerprint, attempt, state, answerBy, expiresAt, response());
        }

        private @Nullable Kept response() {
            return state != State.DONE || status == null || fields == null || body == null
                    ? null
                    : new Kept(status, IdempotencyStore.fields(fields), body);
        }
    }

    IdempotencyStore(Database database) {
        this.database = database;
    }

    /** Takes a key for a request, unless it is taken, or its caller has so many already. */
    Outcome begin(Beginning beginning, int most, Instant now) {
        return database.jdbi().withHandle(handle -> begin(handle, beginning, most, now));
    }

    private Outcome begin(Handle handle, Beginning beginning, int most, Instant now) {
        IdempotencyKey key = beginning.key();
        Row row = new Row(
                key.caller(),
                key.platform(),
                key.name(),
                beginning.fingerprint(),
                beginning.attempt(),
                beginning.answerBy(),
                beginning.expiresAt());
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Known> known = find(handle, key);
            if (known.isPresent() && known.get().expiresAt().isAfter(now)) {
                return new Outcome(Result.KNOWN, known.get());
            }
            if (known.isPresent()) {
                forget(handle, key, now);
            }
            if (count(handle, key) >= most) {
                return new Outcome(Result.FULL, null);
            }
            boolean inserted = database.insert(
                    handle,
                    "insert into idempotency_key (caller, platform, name, fingerprint, attempt, state, answer_by,"
                            + " expires_at) values (:caller, :platform, :name, :fingerprint, :attempt, 'begun',"
                            + " :answerBy, :expiresAt)",
                    row);
            if (inserted) {
                return new Outcome(Result.BEGUN, null);
            }
        }
        throw new StoreException("idempotency key: neither found nor inserted in " + ATTEMPTS + " attempts");
    }

    private static Optional<Known> find(Handle handle, IdempotencyKey key) {
        return bind(
                        handle.createQuery(
                                "select fingerprint, attempt, state, answer_by, expires_at, status, fields, body"
                                        + " from idempotency_key" + KEY),
                        key)
                .map(ROWS)
                .map(Stored::known)
                .findOne();
    }

    private static void forget(Handle handle, IdempotencyKey key, Instant now) {
        bind(handle.createUpdate("delete from idempotency_key" + KEY + " and expires_at <= :now"), key)
                .bind("now", now)
                .execute();
    }

    private static int count(Handle handle, IdempotencyKey key) {
        return handle.createQuery("select count(*) from idempotency_key where caller = :caller")
                .bind("caller", key.caller())
                .mapTo(Integer.class)
                .one();
    }

    /** Keeps the answer of a request that has begun; false when its key has expired. */
    boolean save(Beginning beginning, Kept answer) {
        return database.jdbi().withHandle(handle -> own(
                                handle.createUpdate("update idempotency_key set state = 'done', status = :status,"
                                        + " fields = :fields, body = :body" + OWN),
                                beginning)
                        .bind("status", answer.status())
                        .bind("fields", text(answer.fields()))
                        .bind("body", answer.body())
                        .execute())
                > 0;
    }

    /** Writes down how a request ended that has begun, and has no answer to be kept. */
    void mark(Beginning beginning, State state) {
        database.jdbi().useHandle(handle -> own(
                        handle.createUpdate("update idempotency_key set state = :state" + OWN), beginning)
                .bind("state", state.name().toLowerCase(Locale.ROOT))
                .execute());
    }

    /** Sets the key of a request free that has begun. */
    void remove(Beginning beginning) {
        database.jdbi().useHandle(handle -> own(handle.createUpdate("delete from idempotency_key" + OWN), beginning)
                .execute());
    }

    /** Forgets what has expired; answers how many that were. */
    int sweep(Instant now) {
        return database.jdbi()
                .withHandle(handle -> handle.createUpdate("delete from idempotency_key where expires_at <= :now")
                        .bind("now", now)
                        .execute());
    }

    private static <T extends SqlStatement<T>> T own(T statement, Beginning beginning) {
        return bind(statement, beginning.key()).bind("attempt", beginning.attempt());
    }

    private static <T extends SqlStatement<T>> T bind(T statement, IdempotencyKey key) {
        return statement
                .bind("caller", key.caller())
                .bind("platform", key.platform())
                .bind("name", key.name());
    }

    /** A line for each header; for each value where they are sent apart, since only there a value has a line end. */
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
