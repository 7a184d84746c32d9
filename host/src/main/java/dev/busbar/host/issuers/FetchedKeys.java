package dev.busbar.host.issuers;

import dev.busbar.host.jwt.KeySet;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.jwt.TrustedIssuer;
import dev.busbar.host.jwt.VerificationKey;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer as they were last fetched. Fetches again in the background after an interval, and when a token
 * names an unknown key; one fetch at a time, and one in a minimum interval, whatever tokens name. A failed fetch changes
 * nothing until the keys exceed their maximum age. Safe for any number of threads: server threads look keys up, of which
 * a few wait a second for a fetch; the executor runs fetches; one thread calls {@link #keepUp}.
 */
final class FetchedKeys implements TrustedIssuer.Keys {
    /** Limit on the wait of a request for a fetch: a thread is worth more than a response that late. */
    private static final Duration WAIT = Duration.ofSeconds(1);

    private static final Duration MAX_FETCH = Duration.ofSeconds(10);
    private static final int MAX_WAITING = 8;
    private static final Logger LOG = LoggerFactory.getLogger(FetchedKeys.class);

    private final String issuer;
    private final KeyFetch fetch;
    private final Function<byte[], KeySet> reader;
    private final Ages ages;
    private final Executor executor;
    private final LongSupplier nanos;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Object lock = new Object();
    private volatile @Nullable Known known;
    private @Nullable Running running;
    private @Nullable Long tried;
    private String complaint = "";

    /**
     * Intervals of fetches.
     *
     * @param refresh the age at which keys are fetched again
     * @param interval the minimum time between two fetches
     * @param maximum the age at which keys are not trusted any more
     */
    record Ages(Duration refresh, Duration interval, Duration maximum) {}

    /** A key set as it was fetched. */
    private record Known(KeySet keys, byte[] octets, long fetched) {}

    private record Running(CompletableFuture<Boolean> end, long started) {}

    FetchedKeys(
            String issuer,
            KeyFetch fetch,
            Function<byte[], KeySet> reader,
            Ages ages,
            Executor executor,
            LongSupplier nanos) {
        this.issuer = issuer;
        this.fetch = fetch;
        this.reader = reader;
        this.ages = ages;
        this.executor = executor;
        this.nanos = nanos;
    }

    @Override
    public Optional<VerificationKey> find(String keyId) {
        Known current = known;
        return current == null || isOlder(current, ages.maximum())
                ? Optional.empty()
                : current.keys().find(keyId);
    }

    private boolean isOlder(Known set, Duration age) {
        return nanos.getAsLong() - set.fetched() >= age.toNanos();
    }

    @Override
    public Optional<VerificationKey> lookFor(String keyId) {
        Optional<VerificationKey> found = find(keyId);
        if (found.isPresent()) {
            return found;
        }
        start().ifPresent(this::await);
        Optional<VerificationKey> fetched = find(keyId);
        Known current = known;
        if (fetched.isEmpty() && (current == null || isOlder(current, ages.maximum()))) {
            throw new KeysUnavailableException("the keys of issuer " + issuer + " could not be fetched yet");
        }
        return fetched;
    }

    /** The fetch in progress, or a new one; empty when the last one was less than the interval ago. */
    private Optional<Running> start() {
        synchronized (lock) {
            if (running != null) {
                return Optional.of(running);
            }
            long now = nanos.getAsLong();
            if (tried != null && now - tried < ages.interval().toNanos()) {
                return Optional.empty();
            }
            tried = now;
            Running begun = new Running(new CompletableFuture<>(), now);
            running = begun;
            try {
                executor.execute(() -> run(begun));
            } catch (RejectedExecutionException e) {
                running = null; // the host is stopping
                return Optional.empty();
            }
            return Optional.of(begun);
        }
    }

    private void run(Running fetching) {
        try {
            take(fetch.fetch());
        } catch (IOException | RuntimeException e) {
            complain(String.valueOf(e.getMessage()));
        } finally {
            synchronized (lock) {
                running = null;
            }
            boolean unused = fetching.end().complete(true);
        }
    }

    private void take(byte[] octets) {
        Known before = known;
        boolean same = before != null && Arrays.equals(octets, before.octets());
        KeySet keys = before != null && same ? before.keys() : reader.apply(octets);
        known = new Known(keys, octets, nanos.getAsLong());
        if (!same) {
            LOG.info("the keys of issuer {} were fetched", issuer);
        }
        synchronized (lock) {
            complaint = "";
        }
    }

    /** Logs a failure once for each reason, not once for each fetch. */
    private void complain(String reason) {
        synchronized (lock) {
            if (reason.equals(complaint)) {
                return;
            }
            complaint = reason;
        }
        LOG.warn("the keys of issuer {} cannot be fetched: {}", issuer, reason);
    }

    /** Waits for a fetch, a few threads at a time, so that a flood of tokens does not hold all of them. */
    private void await(Running fetching) {
        if (!waiting.tryAcquire()) {
            return;
        }
        try {
            boolean unused = fetching.end().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            complain("no response within " + WAIT.toSeconds() + " s, so tokens of unknown keys are refused");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fetch completes normally, whatever its result", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.release();
        }
    }

    /** Starts a fetch that is due, and aborts one that exceeds its time limit. Called every two seconds, by one thread. */
    void keepUp() {
        Running now;
        synchronized (lock) {
            now = running;
        }
        if (now != null && nanos.getAsLong() - now.started() > MAX_FETCH.toNanos()) {
            fetch.abort();
        }
        Known set = known;
        if (set == null || isOlder(set, ages.refresh())) {
            Optional<Running> unused = start();
        }
    }
}
