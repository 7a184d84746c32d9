package dev.busbar.host.recovery;

import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.tables.RowSum;
import dev.busbar.host.tables.Table;
import dev.busbar.host.tables.TableStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The copy of a whole store into an empty one, of the same or the other vendor, while no host runs on either. Every row is
 * read back from the copy and compared. The node, its audit chain and the epoch go on in the copy: the old store must not
 * be used again. Stateless.
 */
public final class StoreMigration {
    private static final int BATCH_BYTES = 1 << 20;

    private StoreMigration() {}

    /** A table as it was copied. */
    public record Copied(String table, long rows, String sum) {}

    /**
     * Copies a store.
     *
     * @throws IOException when a host runs on one of them, the target is not empty, or the copy differs; an embedded
     *     target is not there then, one on a server has tables without the rows
     */
    public static List<Copied> run(StoreSettings from, StoreSettings to) throws IOException {
        StoppedHost.require(from);
        StoppedHost.require(to);
        if (isEmpty(from)) {
            throw new IOException("there is no store at " + from + " (expected: one to be copied)");
        }
        if (!isEmpty(to)) {
            throw new IOException("there are tables at " + to + " already (expected: an empty target)");
        }
        try (NewStore store = NewStore.of(to, "")) {
            List<Copied> copied = copy(from, store.settings());
            Optional<String> unused = store.takePlace("");
            return copied;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<Copied> copy(StoreSettings from, StoreSettings to) {
        try (Database source = Database.open(from);
                Database target = Database.open(to)) {
            return copy(source, target);
        }
    }

    private static boolean isEmpty(StoreSettings store) {
        boolean noFile =
                Database.file(store).filter(file -> !Files.exists(file)).isPresent();
        return noFile || !Database.hasTables(store);
    }

    /**
     * On a server all is one transaction; an embedded store holds in memory what a transaction has changed. The snapshot of
     * the source ends before the comparison, during which the server would find it idle for too long.
     */
    private static List<Copied> copy(Database source, Database target) {
        if (target.isShared()) {
            return target.change(writing -> {
                TableStore.clear(writing, name -> true);
                Map<String, Table> tables = tables(writing);
                List<Copied> copied = source.snapshot(
                        reading -> fill(reading, tables, (table, lines) -> insert(writing, table, lines)));
                return compared(writing, copied);
            });
        }
        Map<String, Table> tables = target.change(writing -> {
            TableStore.clear(writing, name -> true);
            return tables(writing);
        });
        List<Copied> copied = source.snapshot(reading -> fill(reading, tables, (table, lines) -> {
            boolean unused = target.change(writing -> insert(writing, table, lines));
            return true;
        }));
        return target.snapshot(written -> compared(written, copied));
    }

    private static Map<String, Table> tables(Transaction transaction) {
        return TableStore.tables(transaction).stream().collect(Collectors.toMap(Table::name, table -> table));
    }

    private interface Batches {
        boolean insert(Table table, List<byte[]> lines);
    }

    private static boolean insert(Transaction transaction, Table table, List<byte[]> lines) {
        try {
            TableStore.insert(transaction, table, lines);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Copied> fill(Transaction reading, Map<String, Table> tables, Batches batches) {
        List<Copied> copied = new ArrayList<>();
        try {
            for (Table table : TableStore.tables(reading)) {
                Table same = tables.get(table.name());
                if (same == null) {
                    throw new IOException(table + " is not in the target (expected: the same schema)");
                }
                copied.add(copy(reading, table, same, batches));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copied;
    }

    private static Copied copy(Transaction reading, Table from, Table to, Batches batches) throws IOException {
        RowSum sum = new RowSum();
        List<byte[]> batch = new ArrayList<>();
        AtomicInteger bytes = new AtomicInteger();
        TableStore.read(reading, from, line -> {
            sum.add(line);
            if (!batch.isEmpty() && bytes.get() + line.length > BATCH_BYTES) {
                boolean unused = batches.insert(to, batch);
                batch.clear();
                bytes.set(0);
            }
            batch.add(line);
            bytes.addAndGet(line.length);
        });
        if (!batch.isEmpty()) {
            boolean unused = batches.insert(to, batch);
        }
        return new Copied(from.name(), sum.rows(), sum.sum());
    }

    /** Reads all of the copy back. */
    private static List<Copied> compared(Transaction written, List<Copied> copied) {
        Map<String, Table> tables = tables(written);
        for (Copied each : copied) {
            RowSum sum = TableStore.sum(written, Objects.requireNonNull(tables.get(each.table())));
            if (sum.rows() != each.rows() || !sum.sum().equals(each.sum())) {
                throw new UncheckedIOException(new IOException("table " + each.table() + " has " + sum.rows()
                        + " rows in the copy, or others than the original (expected: " + each.rows() + ")"));
            }
        }
        return copied;
    }
}
