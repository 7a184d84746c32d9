package dev.busbar.host.recovery;

import dev.busbar.host.archive.Manifest;
import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.node.Node;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.tables.Table;
import dev.busbar.host.tables.TableStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The changes to a store that was filled from a backup, before a host may use it: what was numbered after the backup is
 * numbered again, so the store gets a new epoch, and tokens of jobs rise beyond all that were issued. For one thread.
 */
final class RestoredStore {
    /** More than the tokens that a job can have used up since the backup. */
    private static final int TOKENS = 1_000_000;

    private final Manifest manifest;
    private final Node node;
    private final Restore.Options options;
    private final Instant now;

    RestoredStore(Manifest manifest, Node node, Restore.Options options, Instant now) {
        this.manifest = manifest;
        this.node = node;
        this.options = options;
        this.now = now;
    }

    /** Locks out another restore into the same store; the one that comes second finds it filled. */
    static void requireNew(Transaction transaction) {
        int unused = transaction.handle().execute("update store_meta set epoch = epoch where id = 1");
        long chains = transaction
                .handle()
                .createQuery("select count(*) from audit_head")
                .mapTo(Long.class)
                .one();
        if (chains > 0) {
            throw new UncheckedIOException(new IOException(
                    "the store is not empty any more: a host or another restore has filled it meanwhile"));
        }
    }

    /** Makes the changes, and records them in the chain of the new node. */
    Restore.Access finish(Database database, Transaction transaction, Optional<Set<String>> revokedBefore) {
        String epoch = UUID.randomUUID().toString();
        execute(transaction, "update store_meta set epoch = ? where id = 1", epoch);
        execute(transaction, "update backup_state set busy_until = null where id = 1");
        Set<String> tables =
                TableStore.tables(transaction).stream().map(Table::name).collect(Collectors.toSet());
        if (tables.contains("job")) {
            execute(transaction, "update job set token = token + " + TOKENS);
        }
        if (options.asCopy()) {
            pause(transaction, tables);
        }
        if (options.revokeAll()) {
            execute(transaction, "delete from api_key");
            execute(transaction, "delete from signing_key");
        }
        Restore.Access access = new Restore.Access(epoch, keys(transaction, revokedBefore), members(transaction));
        record(new ChainStore(database), transaction, access);
        return access;
    }

    /** Ends what would be done twice, by the copy and by the host that was backed up. An archive of an older schema lacks it. */
    private static void pause(Transaction transaction, Set<String> tables) {
        if (tables.contains("schedule")) {
            execute(transaction, "update schedule set state = 'paused' where state = 'active'");
        }
        if (tables.contains("webhook")) {
            execute(
                    transaction,
                    "update webhook set state = 'DISABLED', reason = 'restored as a copy' where state = 'ACTIVE'");
        }
        if (tables.contains("job")) {
            execute(
                    transaction,
                    "update job set state = 'cancelled', cancel_at = current_timestamp, finished_at = current_timestamp,"
                            + " expires_at = current_timestamp, delete_at = current_timestamp, unique_key = null,"
                            + " owner = null, node = null, lease_until = null"
                            + " where state in ('queued', 'delayed', 'running')");
        }
    }

    private static void execute(Transaction transaction, String statement, Object... values) {
        int unused = transaction.handle().execute(statement, values);
    }

    private List<Restore.Key> keys(Transaction transaction, Optional<Set<String>> revokedBefore) {
        return transaction
                .handle()
                .createQuery("select k.id, k.principal_id, k.name, k.roles, p.roles as owner_roles, k.expires_at,"
                        + " p.disabled_at is not null or p.deleted_at is not null as owner_disabled from api_key k"
                        + " join principal p on p.id = k.principal_id where (k.revoked_at is null or k.revoked_at > :now)"
                        + " and (k.expires_at is null or k.expires_at > :now) order by k.principal_id, k.id")
                .bind("now", now)
                .map((row, context) -> {
                    String id = row.getString("id");
                    return new Restore.Key(
                            id,
                            row.getString("principal_id"),
                            row.getString("name"),
                            Optional.ofNullable(row.getString("roles")).orElse(row.getString("owner_roles")),
                            Optional.ofNullable(row.getObject("expires_at", OffsetDateTime.class))
                                    .map(OffsetDateTime::toInstant),
                            row.getBoolean("owner_disabled"),
                            revokedBefore.map(revoked -> revoked.contains(id)));
                })
                .list();
    }

    private static List<Restore.Member> members(Transaction transaction) {
        return transaction
                .handle()
                .createQuery(
                        "select id, roles from principal where disabled_at is null and deleted_at is null order by id")
                .map((row, context) -> new Restore.Member(row.getString("id"), row.getString("roles")))
                .list();
    }

    private void record(ChainStore chains, Transaction transaction, Restore.Access access) {
        Map<String, String> details = new TreeMap<>();
        details.put("backup", manifest.header().id());
        details.put("backupAt", manifest.header().createdAt());
        details.put("backupNode", manifest.header().node());
        details.put("rows", String.valueOf(manifest.totalRows()));
        details.put("keys", String.valueOf(access.keys().size()));
        details.put("revokeAll", String.valueOf(options.revokeAll()));
        details.put("asCopy", String.valueOf(options.asCopy()));
        chains.begin(transaction, node.name());
        chains.append(
                transaction,
                node.name(),
                now,
                AuditEvent.done("store.restore", Actor.HOST, "store:" + access.epoch(), details),
                Optional.empty());
    }
}
