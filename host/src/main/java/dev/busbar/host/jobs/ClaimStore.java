package dev.busbar.host.jobs;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/**
 * The claims of one node on jobs, and their leases by the clock of the database. An embedded database belongs to one
 * process, whose claims need no lease. Blocks; {@link #claim} is called by one thread, the rest by any.
 */
final class ClaimStore {
    /** How long a claim lasts without a renewal. */
    static final Duration LEASE = Duration.ofSeconds(15);

    private static final int MAX_PRINCIPALS = 200;
    private static final int DUE_BATCH = 1_000;
    private static final RowMapper<Candidate> CANDIDATES = ConstructorMapper.of(Candidate.class);

    private final Database database;
    private final Owner owner;
    private final int maxPerPrincipal;
    private final FairShare fairShare = new FairShare();
    /** The principal after which the next look at the queue of a type begins, where it has more than a look takes. */
    private final Map<TypeKey, String> cursors = new HashMap<>();

    /**
     * The owner of claims.
     *
     * @param node the name of the node
     * @param incarnation the id of this process
     */
    record Owner(String node, String incarnation) {}

    /** The type of a platform. */
    record TypeKey(String platform, String type) {}

    /**
     * A type that this node can run now.
     *
     * @param free the number of threads that the platform has left
     * @param concurrency the max number of its jobs that run at once over all nodes
     * @param reads the schemas of checkpoints that it reads
     */
    record Offer(TypeKey key, int free, int concurrency, List<Integer> reads) {}

    /** A job that may be claimed, or was. */
    record Candidate(
            String id,
            String platform,
            String type,
            String principal,
            long token,
            Instant rankAt,
            int attempt,
            int checkpointSchema,
            String kind,
            String roles,
            String account,
            String scope,
            String correlationId) {
        private static final String COLUMNS =
                "id, platform, type, principal, token, rank_at, attempt, checkpoint_schema,"
                        + " kind, roles, account, scope, correlation_id";

        Submitter submitter() {
            return Submitter.of(principal, kind, roles, account, scope);
        }

        /** The right of the run that has claimed it. */
        JobToken claimed() {
            return new JobToken(id, token + 1);
        }
    }

    /**
     * A claim of this node that is in the store.
     *
     * @param cancelled true if the job was cancelled
     */
    record Held(String id, long token, boolean cancelled) {
        JobToken run() {
            return new JobToken(id, token);
        }
    }

    /** A claim of a process that may be dead. */
    record Orphan(String id, long token, @Nullable Instant leaseUntil) {
        JobToken run() {
            return new JobToken(id, token);
        }
    }

    ClaimStore(Database database, Owner owner, int maxPerPrincipal) {
        this.database = database;
        this.owner = owner;
        this.maxPerPrincipal = maxPerPrincipal;
    }

    private static String lease() {
        return "current_timestamp + " + JobStore.interval(LEASE);
    }

    /** Queues the jobs whose time has come. */
    int queueDue() {
        return database.jdbi().withHandle(handle -> handle.createUpdate("update job set state = 'queued' where id in"
                        + " (select id from job where state = 'delayed' and run_at <= current_timestamp"
                        + " order by state, run_at fetch first " + DUE_BATCH + " rows only)"
                        + " and state = 'delayed'")
                .execute());
    }

    /** Claims jobs for the free threads of this node, no more of a type or principal than may run at once. */
    List<Candidate> claim(List<Offer> offers) {
        boolean idle = offers.isEmpty()
                || database.jdbi()
                        .withHandle(handle -> handle.createQuery(
                                        "select id from job where state = 'queued' fetch first 1 rows only")
                                .mapTo(String.class)
                                .findOne())
                        .isEmpty();
        return idle ? List.of() : database.change(transaction -> claim(transaction, offers));
    }

    private List<Candidate> claim(Transaction transaction, List<Offer> offers) {
        Handle handle = transaction.handle();
        // One node at a time, so that what is counted stays true until the commit. None waits for another, which may
        // hang.
        boolean mine = handle.createQuery("select id from job_claim where id = 1" + database.skippingLocked())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
        if (!mine) {
            return List.of();
        }
        Map<TypeKey, Integer> types = new HashMap<>();
        Map<FairShare.Share, Integer> shares = new HashMap<>();
        handle.createQuery("select platform, type, principal, count(*) as running from job where state = 'running'"
                        + " group by platform, type, principal")
                .map((row, context) -> {
                    int running = row.getInt("running");
                    String platform = row.getString("platform");
                    types.merge(new TypeKey(platform, row.getString("type")), running, Integer::sum);
                    shares.merge(new FairShare.Share(platform, row.getString("principal")), running, Integer::sum);
                    return running;
                })
                .list();
        Map<TypeKey, Offer> open = offers.stream()
                .filter(offer -> offer.free() > 0)
                .filter(offer -> types.getOrDefault(offer.key(), 0) < offer.concurrency())
                .collect(Collectors.toMap(Offer::key, offer -> offer, (one, other) -> one));
        List<Candidate> waiting = new ArrayList<>();
        for (Offer offer : open.values()) {
            int wanted = Math.min(offer.free(), offer.concurrency() - types.getOrDefault(offer.key(), 0));
            waiting.addAll(candidates(handle, offer, Math.min(wanted, maxPerPrincipal), shares));
        }
        return fairShare.choose(waiting, new FairShare.Room(open, types, shares, maxPerPrincipal)).stream()
                .filter(candidate -> take(handle, candidate))
                .toList();
    }

    /** The first jobs of each principal that waits for a type. */
    private List<Candidate> candidates(Handle handle, Offer offer, int max, Map<FairShare.Share, Integer> shares) {
        List<Candidate> found = new ArrayList<>();
        String after = cursors.getOrDefault(offer.key(), "");
        for (int count = 0; count < MAX_PRINCIPALS; count++) {
            Optional<String> next = nextPrincipal(handle, offer.key(), after);
            if (next.isEmpty()) {
                cursors.remove(offer.key());
                return found;
            }
            after = next.get();
            int running = shares.getOrDefault(new FairShare.Share(offer.key().platform(), after), 0);
            if (running < maxPerPrincipal) {
                found.addAll(heads(handle, offer, after, max));
            }
        }
        cursors.put(offer.key(), after);
        return found;
    }

    private static Optional<String> nextPrincipal(Handle handle, TypeKey key, String after) {
        return handle.createQuery("select principal from job where state = 'queued' and platform = :platform"
                        + " and type = :type and principal > :after"
                        + " order by state, platform, type, principal fetch first 1 rows only")
                .bind("platform", key.platform())
                .bind("type", key.type())
                .bind("after", after)
                .mapTo(String.class)
                .findOne();
    }

    private List<Candidate> heads(Handle handle, Offer offer, String principal, int max) {
        String schemas = offer.reads().stream().map(schema -> ", " + schema).collect(Collectors.joining());
        return handle.createQuery("select " + Candidate.COLUMNS + " from job where state = 'queued'"
                        + " and platform = :platform and type = :type and principal = :principal"
                        + " and checkpoint_schema in (0" + schemas + ")"
                        + " order by state, platform, type, principal, rank_at fetch first " + max + " rows only"
                        + database.skippingLocked())
                .bind("platform", offer.key().platform())
                .bind("type", offer.key().type())
                .bind("principal", principal)
                .map(CANDIDATES)
                .list();
    }

    private boolean take(Handle handle, Candidate candidate) {
        return handle.createUpdate("update job set state = 'running', token = token + 1, owner = :owner, node = :node,"
                                + " lease_until = " + lease() + ", started_at = coalesce(started_at, current_timestamp)"
                                + " where id = :id and token = :token and state = 'queued'")
                        .bind("id", candidate.id())
                        .bind("token", candidate.token())
                        .bind("owner", owner.incarnation())
                        .bind("node", owner.node())
                        .execute()
                > 0;
    }

    /**
     * Renews all claims of this node, without a wait for those that a transaction holds: those are renewed by the next
     * call, and nobody can take them until then.
     */
    void renew() {
        if (database.isShared()) {
            String mine = "owner = :owner and state = 'running'";
            database.jdbi().useHandle(handle -> handle.createUpdate(
                            "update job set lease_until = " + lease() + " where " + mine
                                    + " and id in (select id from job where " + mine + database.skippingLocked() + ")")
                    .bind("owner", owner.incarnation())
                    .execute());
        }
    }

    /** The claims of this node. */
    List<Held> held() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select id, token, cancel_at from job where owner = :owner and state = 'running'")
                .bind("owner", owner.incarnation())
                .map((row, context) ->
                        new Held(row.getString("id"), row.getLong("token"), row.getObject("cancel_at") != null))
                .list());
    }

    /** The claims of earlier processes of this node; in an embedded database, whose one process this is, of all. */
    List<Orphan> left() {
        return database.isShared()
                ? orphans(
                        "node = :node and owner <> :owner", Map.of("node", owner.node(), "owner", owner.incarnation()))
                : orphans("owner <> :owner", Map.of("owner", owner.incarnation()));
    }

    /** The claims of other processes whose leases have expired; none in an embedded database. */
    List<Orphan> expired() {
        return database.isShared()
                ? orphans("owner <> :owner and lease_until < current_timestamp", Map.of("owner", owner.incarnation()))
                : List.of();
    }

    private List<Orphan> orphans(String condition, Map<String, String> values) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "select id, token, lease_until from job where state = 'running' and " + condition)
                .bindMap(values)
                .map(ConstructorMapper.of(Orphan.class))
                .list());
    }
}
