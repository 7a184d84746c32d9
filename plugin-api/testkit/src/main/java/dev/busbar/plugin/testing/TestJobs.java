package dev.busbar.plugin.testing;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import dev.busbar.plugin.jobs.Checkpoint;
import dev.busbar.plugin.jobs.Job;
import dev.busbar.plugin.jobs.JobStatus;
import dev.busbar.plugin.jobs.JobStatus.State;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Jobs;
import dev.busbar.plugin.jobs.Submission;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a platform under test. A job that was submitted waits until the test runs it, with the limits and the JSON of
 * the host; its attempts follow each other without a pause.
 *
 * <pre>{@code
 * String id = harness.jobs().submit("count", new Range(1, 3));
 * harness.jobs().runToCheckpoint();
 * harness.jobs().run();
 *
 * assertThat(harness.jobs().result(id, Sum.class).total()).isEqualTo(6);
 * }</pre>
 *
 * <p>Used by the test's thread; the platform may submit from any.
 */
public final class TestJobs {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_MESSAGE = 500;

    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final Object lock = new Object();
    private final Map<String, JobType<?>> types = new LinkedHashMap<>();
    private final JsonCodec json;
    private final TestThreads threads;
    private final TestTime time;
    private int number;

    /** The end of a run from within. */
    private static final class RunEndedError extends Error {
        private static final long serialVersionUID = 1L;

        RunEndedError(String message) {
            super(message, null, false, false);
        }
    }

    /** A job; guarded by the lock. */
    private static final class Row {
        final String id;
        final String type;
        final byte[] request;
        final Submission options;
        State state = State.QUEUED;
        int attempt = 1;
        int schema;
        byte @Nullable [] checkpoint;
        byte @Nullable [] result;

        @Nullable Throwable failure;

        boolean cancelled;
        boolean checkpointRequested;
        long done;
        long total;
        String message = "";

        Row(String id, String type, byte[] request, Submission options) {
            this.id = id;
            this.type = type;
            this.request = request;
            this.options = options;
        }

        JobStatus status() {
            return JobStatus.of(id, type, state).progress(done, total, message);
        }
    }

    TestJobs(JsonCodec json, TestThreads threads, TestTime time) {
        this.json = json;
        this.threads = threads;
        this.time = time;
    }

    void declare(List<JobType<?>> declared) {
        declared.forEach(type -> types.put(type.name(), type));
    }

    /** The jobs as they are lent to the platform. */
    Jobs lent() {
        return new Lent();
    }

    private final class Lent implements Jobs {
        @Override
        public <T> String submit(JobType<T> type, T request, Submission options) {
            return enqueue(type.name(), request, options);
        }

        @Override
        public Optional<JobStatus> find(String id) {
            synchronized (lock) {
                return Optional.ofNullable(rows.get(id)).map(Row::status);
            }
        }

        @Override
        public boolean cancel(String id) {
            return TestJobs.this.cancel(id);
        }
    }

    /**
     * Submits a job, as a client would.
     *
     * @param request a value that is written as JSON
     * @return the id of the job
     * @throws IllegalArgumentException when the platform does not declare the type, or the request is too large
     */
    public String submit(String type, Object request) {
        return enqueue(type, request, Submission.options());
    }

    private String enqueue(String type, Object request, Submission options) {
        if (!types.containsKey(type)) {
            throw new IllegalArgumentException(
                    "job type: " + type + " (expected: one that the platform declares: " + types.keySet() + ")");
        }
        byte[] bytes = bounded("job request", request);
        synchronized (lock) {
            Optional<Row> same = options.uniqueKey().flatMap(key -> rows.values().stream()
                    .filter(row -> row.type.equals(type)
                            && !row.status().hasEnded()
                            && row.options.uniqueKey().filter(key::equals).isPresent())
                    .findFirst());
            if (same.isPresent()) {
                return same.get().id;
            }
            String id = "job-" + ++number;
            rows.put(id, new Row(id, type, bytes, options));
            return id;
        }
    }

    private byte[] bounded(String what, Object value) {
        byte[] bytes = json.encode(value);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what + ": " + bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        return bytes;
    }

    /**
     * Runs the jobs that are queued and due, those that they submit included, each until it has ended: a failed attempt is
     * followed by the next.
     *
     * @throws InterruptedException when the test is interrupted
     */
    public void run() throws InterruptedException {
        for (Optional<Row> next = next(); next.isPresent(); next = next()) {
            attempt(next.get(), false);
        }
    }

    /**
     * Runs the jobs that are queued and due until each saves a checkpoint, as the host does when it replaces the platform: they
     * are queued again then, and the next run continues from there. Those that save none end.
     *
     * @throws InterruptedException when the test is interrupted
     */
    public void runToCheckpoint() throws InterruptedException {
        List<Row> due;
        synchronized (lock) {
            due = rows.values().stream().filter(this::isDue).toList();
        }
        for (Row row : due) {
            attempt(row, true);
        }
    }

    private Optional<Row> next() {
        synchronized (lock) {
            return rows.values().stream().filter(this::isDue).findFirst();
        }
    }

    private boolean isDue(Row row) {
        Instant now = time.now();
        return row.state == State.QUEUED
                && row.options.after().filter(after -> after.isAfter(now)).isEmpty();
    }

    private void attempt(Row row, boolean toCheckpoint) throws InterruptedException {
        JobType<?> type = types.get(row.type);
        if (type == null) {
            throw new IllegalStateException("job type " + row.type + " is not declared");
        }
        synchronized (lock) {
            row.state = State.RUNNING;
            row.checkpointRequested = toCheckpoint;
        }
        try {
            Optional<Object> result = threads.run(() -> runBound(type, row));
            end(row, result);
        } catch (RunEndedError ended) {
            synchronized (lock) {
                row.state = row.cancelled ? State.CANCELLED : State.QUEUED;
            }
        } catch (InterruptedException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            failed(type, row, e);
        } catch (Exception | Error e) {
            failed(type, row, e);
        }
    }

    private <T> Optional<Object> runBound(JobType<T> type, Row row) throws Exception {
        T request = read(row.request, type.request());
        return Optional.ofNullable(type.runner().run(new TestJob<>(type, row, request)));
    }

    private <S> S read(byte[] bytes, TypeRef<S> type) {
        try {
            return json.decode(new ByteArrayInputStream(bytes), type);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private void end(Row row, Optional<Object> result) {
        byte @Nullable [] bytes =
                result.map(value -> bounded("job result", value)).orElse(null);
        synchronized (lock) {
            row.state = row.cancelled ? State.CANCELLED : State.SUCCEEDED;
            row.result = bytes;
        }
    }

    private void failed(JobType<?> type, Row row, Throwable failure) {
        boolean isFinal = failure instanceof ProblemException problem && problem.status() < 500;
        synchronized (lock) {
            row.failure = failure;
            boolean again = !isFinal && row.attempt <= type.retries();
            row.state = row.cancelled ? State.CANCELLED : again ? State.QUEUED : State.FAILED;
            row.attempt += again ? 1 : 0;
        }
    }

    /** Cancels a job, as {@link Jobs#cancel}; one that runs finds out, and is not interrupted here. */
    public boolean cancel(String id) {
        synchronized (lock) {
            Row row = rows.get(id);
            if (row == null || row.status().hasEnded()) {
                return false;
            }
            row.cancelled = true;
            if (row.state == State.QUEUED) {
                row.state = State.CANCELLED;
            }
            return true;
        }
    }

    /** The ids of all jobs, in the order of their submission. */
    public List<String> ids() {
        synchronized (lock) {
            return List.copyOf(rows.keySet());
        }
    }

    private Row row(String id) {
        Row row = rows.get(id);
        if (row == null) {
            throw new IllegalArgumentException("job: \"" + id + "\" (expected: one of " + rows.keySet() + ")");
        }
        return row;
    }

    /**
     * The state and the progress of a job.
     *
     * @throws IllegalArgumentException when there is none with this id
     */
    public JobStatus status(String id) {
        synchronized (lock) {
            return row(id).status();
        }
    }

    /**
     * The result of a job.
     *
     * @throws IllegalStateException when it has none
     * @throws IllegalArgumentException when there is no job with this id
     */
    public <T> T result(String id, Class<T> type) {
        byte[] bytes;
        synchronized (lock) {
            Row row = row(id);
            bytes = row.result;
            if (bytes == null) {
                throw new IllegalStateException("job " + id + " is " + row.state + " and has no result", row.failure);
            }
        }
        return read(bytes, TypeRef.of(type));
    }

    /** The failure of the last attempt that failed. */
    public Optional<Throwable> failure(String id) {
        synchronized (lock) {
            return Optional.ofNullable(row(id).failure);
        }
    }

    private record Saved(int schema, byte[] bytes, TestJobs jobs) implements Checkpoint {
        @Override
        public <S> S as(TypeRef<S> type) {
            try {
                return jobs.read(bytes, type);
            } catch (ProblemException e) {
                throw new IllegalArgumentException("job checkpoint of schema " + schema + ": " + e.getMessage(), e);
            }
        }
    }

    /** One run. */
    private final class TestJob<T> implements Job<T> {
        private final JobType<T> type;
        private final Row row;
        private final T request;

        TestJob(JobType<T> type, Row row, T request) {
            this.type = type;
            this.row = row;
            this.request = request;
        }

        @Override
        public String id() {
            return row.id;
        }

        @Override
        public T request() {
            return request;
        }

        @Override
        public int attempt() {
            return row.attempt;
        }

        @Override
        public Principal principal() {
            return Principal.of(PlatformHarness.PRINCIPAL, Principal.Kind.SERVICE, Set.of());
        }

        @Override
        public Optional<Checkpoint> restored() {
            synchronized (lock) {
                byte[] saved = row.checkpoint;
                return saved == null ? Optional.empty() : Optional.of(new Saved(row.schema, saved, TestJobs.this));
            }
        }

        @Override
        public void progress(long done, long total, String message) {
            if (done < 0 || total < 0) {
                throw new IllegalArgumentException("job progress: " + done + " of " + total + " (expected: 0 or more)");
            }
            synchronized (lock) {
                requireOwn();
                row.done = Math.max(row.done, done);
                row.total = total;
                row.message = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
            }
        }

        private void requireOwn() {
            if (row.cancelled || row.state != State.RUNNING) {
                throw new RunEndedError("job " + row.id + " was cancelled, or continues elsewhere");
            }
        }

        @Override
        public void checkpoint(Object state) {
            if (type.schema() == 0) {
                throw new IllegalStateException(
                        "job type " + type.name() + " declares no schema of checkpoints (expected: JobType.schema)");
            }
            byte[] bytes = bounded("job checkpoint", state);
            synchronized (lock) {
                requireOwn();
                row.checkpoint = bytes;
                row.schema = type.schema();
                if (row.checkpointRequested) {
                    row.state = State.QUEUED;
                    throw new RunEndedError("job " + row.id + " continues from its checkpoint");
                }
            }
        }

        @Override
        public boolean isCheckpointRequested() {
            synchronized (lock) {
                return row.checkpointRequested;
            }
        }

        @Override
        public boolean isCancelled() {
            synchronized (lock) {
                return row.cancelled;
            }
        }
    }
}
