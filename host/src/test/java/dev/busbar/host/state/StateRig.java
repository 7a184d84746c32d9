package dev.busbar.host.state;

import static java.util.Objects.requireNonNull;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.state.DocumentTypes;
import dev.busbar.core.state.StateLimits;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Databases;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Changes;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Documents;
import dev.busbar.plugin.testing.PlatformHarness;
import dev.busbar.plugin.testing.TestState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The empty state of one platform, as a plugin sees it. One database of a vendor serves all tests of a run. */
abstract class StateRig implements AutoCloseable {
    static final StateLimits LIMITS = new StateLimits(16L << 20, 2_000, 8L << 20, 8L << 20, 1L << 20);

    /** A bill of the current form. */
    record Bill(
            String customer,
            @Nullable Long amount,
            @Nullable Instant due) {
        static Bill of(String customer, long amount) {
            return new Bill(customer, amount, null);
        }
    }

    /** A bill of the first form. */
    record BillV1(String name) {
        Bill current() {
            return Bill.of(name, 0);
        }
    }

    static final DocumentType<Bill> BILLS = DocumentType.of("bills", Bill.class)
            .schema(2)
            .reads(1, BillV1.class, BillV1::current)
            .field("customer", Codec.STRING, Bill::customer)
            .field("amount", Codec.LONG, Bill::amount)
            .field("due", Codec.INSTANT, Bill::due);

    /** The same collection, as the version before declares it. */
    static final DocumentType<BillV1> BILLS_V1 = DocumentType.of("bills", BillV1.class);

    static final DocumentType<String> NOTES = DocumentType.of("notes", String.class);
    static final DocumentType<Double> SIZES =
            DocumentType.of("sizes", Double.class).field("size", Codec.DOUBLE, size -> size);

    /** Documents of a type, of a generation that declares these types. */
    abstract <T> Documents<T> documents(DocumentType<T> type, DocumentType<?>... declared);

    final Documents<Bill> bills() {
        return documents(BILLS, BILLS, NOTES);
    }

    abstract void changes(Consumer<Changes> changes);

    abstract Blobs blobs();

    /** Ends what was lent, as a retirement does. */
    abstract void retire();

    @Override
    public abstract void close();

    /** State in a database. */
    static final class InStore extends StateRig {
        private final Database database;
        private final PlatformStates states;
        private final String platform = "p" + UUID.randomUUID().toString().substring(0, 18);
        private final AtomicBoolean retired = new AtomicBoolean();

        InStore(Database database, StateLimits limits) {
            this.database = database;
            this.states = new PlatformStates(limits, database, Clock.systemUTC(), Path.of("target", "state-caches"), 2);
        }

        private PlatformState lent() {
            return states.lend(platform, () -> {
                if (retired.get()) {
                    throw new IllegalStateException("retired");
                }
            });
        }

        private DocumentTypes types(DocumentType<?>... declared) {
            return DocumentTypes.of(List.of(declared), new JsonCodec(StateRig.class.getClassLoader()), lent());
        }

        @Override
        <T> Documents<T> documents(DocumentType<T> type, DocumentType<?>... declared) {
            return types(declared).documents(type);
        }

        @Override
        void changes(Consumer<Changes> changes) {
            types(BILLS, NOTES).change(changes);
        }

        @Override
        Blobs blobs() {
            return lent().blobs();
        }

        @Override
        void retire() {
            retired.set(true);
        }

        String platform() {
            return platform;
        }

        PlatformStates states() {
            return states;
        }

        Database database() {
            return database;
        }

        @Override
        public void close() {
            states.close();
        }
    }

    /** State of the testkit. */
    private static final class InMemory extends StateRig {
        private final TestState state =
                TestState.limited(LIMITS.documentBytes(), LIMITS.documents(), LIMITS.blobBytes());
        private @Nullable PlatformHarness running;

        private static final class Lent implements Platform {
            private final List<DocumentType<?>> declared;
            private @Nullable PlatformContext context;

            Lent(DocumentType<?>... declared) {
                this.declared = List.of(declared);
            }

            @Override
            public List<DocumentType<?>> documents() {
                return declared;
            }

            @Override
            public void start(PlatformContext lent) {
                context = lent;
            }
        }

        private PlatformContext lent(DocumentType<?>... declared) {
            try {
                Lent platform = new Lent(declared);
                running = PlatformHarness.start(platform, "{}", state);
                return requireNonNull(platform.context);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        <T> Documents<T> documents(DocumentType<T> type, DocumentType<?>... declared) {
            return lent(declared).documents(type);
        }

        @Override
        void changes(Consumer<Changes> changes) {
            lent(BILLS, NOTES).changes(changes);
        }

        @Override
        Blobs blobs() {
            return lent().blobs();
        }

        @Override
        void retire() {
            requireNonNull(running).close();
        }

        @Override
        public void close() {
            state.close();
        }
    }

    /** One rig on each vendor, and one of the testkit. */
    static final class OfEachKind implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return Stream.of(
                    Arguments.of(Named.of("H2", inStore("H2", Databases::h2, context))),
                    Arguments.of(Named.of("POSTGRESQL", inStore("POSTGRESQL", Databases::postgresql, context))),
                    Arguments.of(Named.of("MEMORY", new InMemory())));
        }
    }

    /** One rig on each vendor. */
    static final class OfEachStore implements ArgumentsProvider {
        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return Stream.of(
                    Arguments.of(Named.of("H2", inStore("H2", Databases::h2, context))),
                    Arguments.of(Named.of("POSTGRESQL", inStore("POSTGRESQL", Databases::postgresql, context))));
        }
    }

    private static InStore inStore(String vendor, Supplier<StoreSettings> settings, ExtensionContext context) {
        Function<String, Database> open = key -> Databases.open(settings.get());
        Database database = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(StateRig.class))
                .computeIfAbsent(vendor, open, Database.class);
        return new InStore(database, LIMITS);
    }
}
