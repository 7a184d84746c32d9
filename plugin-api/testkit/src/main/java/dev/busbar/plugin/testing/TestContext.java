package dev.busbar.plugin.testing;

import static java.util.Objects.requireNonNull;

import dev.busbar.core.JsonCodec;
import dev.busbar.core.configuration.ConfigurationText;
import dev.busbar.core.state.DocumentTypes;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the harness lends; after the end each call on it throws, as in the host. Thread-safe. */
final class TestContext implements PlatformContext {
    private final String id;
    private final TestThreads threads;
    private final TestTime time;
    private final Path scratch;
    private final TestPlatforms platforms;
    private final Jobs jobs;
    private final ConfigurationText configuration;
    private final TestState state;
    private volatile @Nullable DocumentTypes types;
    private volatile boolean ended;

    TestContext(
            String platform,
            ConfigurationText configuration,
            TestThreads threads,
            TestTime time,
            TestPlatforms platforms,
            Jobs jobs,
            TestState state)
            throws IOException {
        this.platforms = platforms;
        this.jobs = jobs;
        this.state = state;
        this.configuration = configuration;
        this.id = platform.toLowerCase(Locale.ROOT).replaceAll("platform$", "");
        this.threads = threads;
        this.time = time;
        this.scratch = Files.createTempDirectory("busbar-harness");
    }

    @Override
    public String id() {
        requireLent();
        return id;
    }

    @Override
    public String version() {
        requireLent();
        return "0.0.0-test";
    }

    @Override
    public long generation() {
        requireLent();
        return 1;
    }

    @Override
    public <T> T configuration(TypeRef<T> type) {
        requireLent();
        return configuration.as(type);
    }

    @Override
    public Clock clock() {
        requireLent();
        return time.clock();
    }

    @Override
    public Logger logger() {
        requireLent();
        return LoggerFactory.getLogger("platform." + id);
    }

    @Override
    public Path scratch() {
        requireLent();
        return scratch;
    }

    @Override
    public Executor executor() {
        requireLent();
        return this::execute;
    }

    private void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("the platform is closed: it runs no more tasks");
        }
        Logger logger = LoggerFactory.getLogger("platform." + id);
        Future<Boolean> unused = threads.submit(() -> {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                logger.error("a background task failed", failure);
            }
            return true;
        });
    }

    @Override
    public TaskScheduler scheduler() {
        requireLent();
        return time.scheduler();
    }

    @Override
    public Platforms platforms() {
        requireLent();
        return platforms;
    }

    @Override
    public Jobs jobs() {
        requireLent();
        return jobs;
    }

    /** Sets the declared document types, before the platform is started. */
    void declare(List<DocumentType<?>> declared, JsonCodec json) {
        types = DocumentTypes.of(declared, json, state.documents().rows(time.clock(), this::requireLent));
    }

    @Override
    public <T> Documents<T> documents(DocumentType<T> type) {
        requireLent();
        return requireNonNull(types, "types").documents(type);
    }

    @Override
    public void changes(Consumer<Changes> changes) {
        requireLent();
        requireNonNull(types, "types").change(changes);
    }

    @Override
    public Blobs blobs() {
        requireLent();
        return state.blobs().lent(time.clock(), this::requireLent);
    }

    @Override
    public Path cache() {
        requireLent();
        return state.cache();
    }

    private void requireLent() {
        if (ended) {
            throw new IllegalStateException("what was lent to the platform was closed");
        }
    }

    void end() {
        ended = true;
        TestState.delete(scratch);
    }
}
