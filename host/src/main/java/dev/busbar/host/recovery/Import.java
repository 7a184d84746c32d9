package dev.busbar.host.recovery;

import dev.busbar.host.archive.ArchiveException;
import dev.busbar.host.archive.ArchiveKey;
import dev.busbar.host.archive.ArchiveReader;
import dev.busbar.host.archive.Manifest;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.tables.RowSum;
import dev.busbar.host.tables.Table;
import dev.busbar.host.tables.TableStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Copies the rows of an archive into a new store, and compares them there with the manifest. On a server all of it is one
 * transaction; an embedded store is filled chunk by chunk, since it holds what a transaction has changed in memory, and is
 * thrown away by the caller when this fails. Stateless.
 */
final class Import {
    private Import() {}

    /**
     * An archive that was checked before.
     *
     * @param files takes its files
     */
    record Source(Path archive, Optional<ArchiveKey> key, Manifest manifest, FileSink files) {}

    /** Changes a store that has all rows of an archive. */
    @FunctionalInterface
    interface Finish<T> {
        /** Makes the changes in a transaction of the store. */
        T in(Database database, Transaction transaction);
    }

    /** Takes a file of an archive. */
    @FunctionalInterface
    interface FileSink {
        /** Takes a file of the folder {@code files}; no segment of its name begins with a point. */
        void file(String name, InputStream content) throws IOException;
    }

    /**
     * Fills a store that has no tables yet.
     *
     * @param finish what is changed when all rows are there, before the store can be used
     * @return what that returns
     */
    static <T> T into(StoreSettings target, Source source, Finish<T> finish) throws IOException {
        try (Database database =
                Database.open(target, source.manifest().header().schema())) {
            return database.isShared() ? atOnce(database, source, finish) : byChunks(database, source, finish);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static <T> T atOnce(Database database, Source source, Finish<T> finish) {
        return database.change(transaction -> {
            RestoredStore.requireNew(transaction);
            prepare(transaction, source.manifest());
            fill(source, (table, lines) -> insert(transaction, table, lines), tables(transaction));
            compare(transaction, source.manifest());
            return finish.in(database, transaction);
        });
    }

    private static <T> T byChunks(Database database, Source source, Finish<T> finish) {
        Map<String, Table> tables = database.change(transaction -> {
            RestoredStore.requireNew(transaction);
            return prepare(transaction, source.manifest());
        });
        fill(
                source,
                (table, lines) -> {
                    boolean unused = database.change(transaction -> insert(transaction, table, lines));
                },
                tables);
        boolean unused = database.snapshot(transaction -> compare(transaction, source.manifest()));
        return database.change(transaction -> finish.in(database, transaction));
    }

    private static Map<String, Table> tables(Transaction transaction) {
        return TableStore.tables(transaction).stream().collect(Collectors.toMap(Table::name, table -> table));
    }

    /** Deletes what the migrations have inserted into the tables of the archive; returns the tables. */
    private static Map<String, Table> prepare(Transaction transaction, Manifest manifest) {
        TableStore.clear(transaction, name -> manifest.rows(name).isPresent());
        return tables(transaction);
    }

    private interface RowSink {
        void rows(Table table, List<byte[]> lines);
    }

    private static void fill(Source source, RowSink sink, Map<String, Table> tables) {
        ArchiveReader.Visitor visitor = new ArchiveReader.Visitor() {
            @Override
            public void rows(String name, List<byte[]> lines) throws IOException {
                Table table = tables.get(name);
                if (table == null) {
                    throw new ArchiveException("table " + name + " is not in schema "
                            + source.manifest().header().schema() + " (expected: only tables that are)");
                }
                sink.rows(table, lines);
            }

            @Override
            public void file(String name, InputStream content) throws IOException {
                source.files().file(name, content);
            }
        };
        try {
            Manifest again = ArchiveReader.read(source.archive(), source.key(), visitor);
            if (!again.equals(source.manifest())) {
                throw new ArchiveException("the archive was changed while it was read");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean insert(Transaction transaction, Table table, List<byte[]> lines) {
        try {
            TableStore.insert(transaction, table, lines);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compares all rows of the store with the manifest. */
    private static boolean compare(Transaction transaction, Manifest manifest) {
        for (Table table : TableStore.tables(transaction)) {
            Optional<Manifest.Rows> expected = manifest.rows(table.name());
            if (expected.isPresent()) {
                RowSum sum = TableStore.sum(transaction, table);
                if (sum.rows() != expected.get().rows()
                        || !sum.sum().equals(expected.get().sum())) {
                    throw new UncheckedIOException(new IOException(table + " has " + sum.rows()
                            + " rows after the restore, or others than the archive (expected: "
                            + expected.get().rows() + ")"));
                }
            }
        }
        return true;
    }
}
