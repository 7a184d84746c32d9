package dev.busbar.host.generation;

import dev.busbar.core.configuration.ConfigurationText;
import dev.busbar.core.state.DocumentTypes;
import dev.busbar.host.entry.Generation;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.state.PlatformState;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Platforms;
import dev.busbar.plugin.TaskScheduler;
import dev.busbar.plugin.TypeRef;
import dev.busbar.plugin.jobs.Jobs;
import dev.busbar.plugin.state.Blobs;
import dev.busbar.plugin.state.Changes;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Documents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The context of one generation, with all that is lent to it. May be called from any thread; after retirement every call throws. */
final class LentContext implements PlatformContext {
    private final Artifact artifact;
    private final Generation generation;
    private final Ledger ledger;
    private final LentTasks tasks;
    private final ConfigurationText configuration;
    private final Path scratch;
    private final Platforms platforms;
    private final Jobs jobs;
    private final Clock clock;
    private final State state;
    private final AtomicBoolean cacheLent = new AtomicBoolean();

    /**
     * The lasting state of its platform. Thread-safe.
     *
     * @param types the document types that the generation declares
     */
    record State(DocumentTypes types, PlatformState state) {}

    LentContext(
            Artifact artifact,
            Generation generation,
            Ledger ledger,
            LentTasks tasks,
            ConfigurationText configuration,
            Path scratch,
            Platforms platforms,
            Jobs jobs,
            Clock clock,
            State state) {
        this.artifact = artifact;
        this.generation = generation;
        this.ledger = ledger;
        this.tasks = tasks;
        this.configuration = configuration;
        this.scratch = scratch;
        this.platforms = platforms;
        this.jobs = jobs;
        this.clock = clock;
        this.state = state;
    }

    @Override
    public String id() {
        ledger.requireValid();
        return artifact.id();
    }

    @Override
    public String version() {
        ledger.requireValid();
        return artifact.version().toString();
    }

    @Override
    public long generation() {
        ledger.requireValid();
        return generation.number();
    }

    @Override
    public <T> T configuration(TypeRef<T> type) {
        ledger.requireValid();
        return configuration.as(type);
    }

    @Override
    public Clock clock() {
        ledger.requireValid();
        return clock;
    }

    @Override
    public Logger logger() {
        ledger.requireValid();
        return LoggerFactory.getLogger("platform." + artifact.id());
    }

    @Override
    public Path scratch() {
        ledger.requireValid();
        try {
            return Files.createDirectories(scratch);
        } catch (IOException e) {
            throw new UncheckedIOException("scratch directory " + scratch + " cannot be made", e);
        }
    }

    @Override
    public <T> Documents<T> documents(DocumentType<T> type) {
        ledger.requireValid();
        return state.types().documents(type);
    }

    @Override
    public void changes(Consumer<Changes> changes) {
        ledger.requireValid();
        state.types().change(changes);
    }

    @Override
    public Blobs blobs() {
        return state.state().blobs();
    }

    @Override
    public Path cache() {
        ledger.requireValid();
        if (!cacheLent.getAndSet(true)) {
            PlatformState unused = ledger.lend("the cache directory", state.state());
        }
        return state.state().cache();
    }

    @Override
    public Executor executor() {
        ledger.requireValid();
        return tasks;
    }

    @Override
    public TaskScheduler scheduler() {
        ledger.requireValid();
        return tasks;
    }

    @Override
    public Platforms platforms() {
        ledger.requireValid();
        return platforms;
    }

    @Override
    public Jobs jobs() {
        ledger.requireValid();
        return jobs;
    }
}
