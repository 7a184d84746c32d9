package dev.busbar.plugin.jobs;

import static java.util.Objects.requireNonNull;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.TypeRef;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One kind of job that a platform runs, as data: immutable, declared in {@link dev.busbar.plugin.Platform#jobs()}, read
 * once by the host after {@link dev.busbar.plugin.Platform#start}. Each method that changes something returns a copy.
 *
 * <pre>{@code
 * private final JobType<Range> count = JobType.of("count", Range.class, this::count)
 *         .access(Access.WRITE)
 *         .retries(5)
 *         .limit(Duration.ofMinutes(30))
 *         .schema(1);
 * }</pre>
 *
 * <p>Jobs are stored with the name of their type and their request as JSON, and are run by whatever version serves then:
 * a new version keeps the names and still reads the requests and checkpoints of the version before.
 *
 * @param <T> the type of the request
 */
public final class JobType<T> {
    /** The default of {@link #retries}: 3. */
    public static final int DEFAULT_RETRIES = 3;
    /** The default of {@link #limit}: 1 h. */
    public static final Duration DEFAULT_LIMIT = Duration.ofHours(1);
    /** The default of {@link #concurrency}: 2. */
    public static final int DEFAULT_CONCURRENCY = 2;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,40}");
    private static final int MAX_RETRIES = 100;
    private static final Duration MAX_LIMIT = Duration.ofDays(7);
    private static final int MAX_CONCURRENCY = 1_000;

    private final Data<T> data;

    /**
     * Runs jobs of one type.
     *
     * @param <T> the type of the request
     */
    @FunctionalInterface
    public interface Runner<T> {
        /**
         * Runs a job, or continues it from its checkpoint. Called on a background thread of the generation; interrupted when
         * the job is cancelled, past its limit, and when its generation ends.
         *
         * @return the result, a value that can be written as JSON; null for none
         * @throws Exception when the attempt has failed: a {@link dev.busbar.plugin.ProblemException} with a status below 500
         *     is final, anything else is tried again
         */
        @Nullable Object run(Job<T> job) throws Exception;
    }

    /** Changed only between {@link #copy} and the making of the type that has it. */
    private static final class Data<T> {
        final String name;
        final TypeRef<T> request;
        final Runner<T> runner;

        @Nullable Access access;

        String summary = "";
        int retries = DEFAULT_RETRIES;
        Duration limit = DEFAULT_LIMIT;
        int concurrency = DEFAULT_CONCURRENCY;
        int schema;
        SortedSet<Integer> reads = new TreeSet<>();

        Data(String name, TypeRef<T> request, Runner<T> runner) {
            this.name = name;
            this.request = request;
            this.runner = runner;
        }

        Data<T> copy() {
            Data<T> copy = new Data<>(name, request, runner);
            copy.access = access;
            copy.summary = summary;
            copy.retries = retries;
            copy.limit = limit;
            copy.concurrency = concurrency;
            copy.schema = schema;
            copy.reads = new TreeSet<>(reads);
            return copy;
        }
    }

    private JobType(Data<T> data) {
        this.data = data;
    }

    /**
     * A type of jobs.
     *
     * @param name unique in the platform
     * @param request what the JSON of a request is bound to
     * @param runner runs a job
     * @throws IllegalArgumentException when the name does not match {@code [a-z][a-z0-9-]{0,40}}
     */
    public static <T> JobType<T> of(String name, Class<T> request, Runner<T> runner) {
        return of(name, TypeRef.of(request), runner);
    }

    /**
     * A type of jobs whose requests are of a type with type arguments.
     *
     * @throws IllegalArgumentException as for {@link #of(String, Class, Runner)}
     */
    public static <T> JobType<T> of(String name, TypeRef<T> request, Runner<T> runner) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "job type: \"" + name + "\" (expected: such as nightly-report, " + NAME.pattern() + ")");
        }
        return new JobType<>(new Data<>(name, requireNonNull(request, "request"), requireNonNull(runner, "runner")));
    }

    private JobType<T> with(Consumer<Data<T>> change) {
        Data<T> copy = data.copy();
        change.accept(copy);
        return new JobType<>(copy);
    }

    private static int within(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "job " + what + ": " + value + " (expected: " + min + " to " + max + ")");
        }
        return value;
    }

    /** A copy that requires this access of whoever submits a job. A type without one is rejected at load; so is PUBLIC. */
    public JobType<T> access(Access value) {
        requireNonNull(value, "value");
        return with(copy -> copy.access = value);
    }

    /** A copy with one sentence about what such a job does, for people. */
    public JobType<T> summary(String value) {
        requireNonNull(value, "value");
        return with(copy -> copy.summary = value);
    }

    /**
     * A copy whose jobs are tried again so often after a failure: after some seconds first, then with growing pauses.
     *
     * @throws IllegalArgumentException when it is not between 0 and 100
     */
    public JobType<T> retries(int value) {
        int checked = within("retries", value, 0, MAX_RETRIES);
        return with(copy -> copy.retries = checked);
    }

    /**
     * A copy with a max duration of one run, which is a failure when it is over.
     *
     * @throws IllegalArgumentException when it is not between 1 s and 7 days
     */
    public JobType<T> limit(Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(MAX_LIMIT) > 0) {
            throw new IllegalArgumentException("job limit: " + value + " (expected: PT1S to " + MAX_LIMIT + ")");
        }
        return with(copy -> copy.limit = value);
    }

    /**
     * A copy of which so many jobs run at once, over all nodes.
     *
     * @throws IllegalArgumentException when it is not between 1 and 1,000
     */
    public JobType<T> concurrency(int value) {
        int checked = within("concurrency", value, 1, MAX_CONCURRENCY);
        return with(copy -> copy.concurrency = checked);
    }

    /**
     * A copy that writes checkpoints of a schema, and reads those of this schema and of others. A job whose checkpoint has
     * another schema waits until a version serves that reads it.
     *
     * @param writes the schema of the checkpoints that it writes, 1 or more
     * @param alsoReads the schemas of earlier, or later, versions that it reads too
     * @throws IllegalArgumentException when a schema is less than 1
     */
    public JobType<T> schema(int writes, int... alsoReads) {
        SortedSet<Integer> all = new TreeSet<>();
        all.add(within("schema", writes, 1, Integer.MAX_VALUE));
        for (int other : alsoReads) {
            all.add(within("schema", other, 1, Integer.MAX_VALUE));
        }
        return with(copy -> {
            copy.schema = writes;
            copy.reads = all;
        });
    }

    /** The name. */
    public String name() {
        return data.name;
    }

    /** The type of the request. */
    public TypeRef<T> request() {
        return data.request;
    }

    /** What runs its jobs. */
    public Runner<T> runner() {
        return data.runner;
    }

    /** The access that a submission requires; empty when none was declared. */
    public Optional<Access> access() {
        return Optional.ofNullable(data.access);
    }

    /** One sentence about what such a job does; empty by default. */
    public String summary() {
        return data.summary;
    }

    /** How often a job is tried again after a failure. */
    public int retries() {
        return data.retries;
    }

    /** The max duration of one run. */
    public Duration limit() {
        return data.limit;
    }

    /** How many of its jobs run at once. */
    public int concurrency() {
        return data.concurrency;
    }

    /** The schema of the checkpoints that it writes; 0 when its jobs write none. */
    public int schema() {
        return data.schema;
    }

    /** The schemas of the checkpoints that it reads, in ascending order. */
    public SortedSet<Integer> reads() {
        return new TreeSet<>(data.reads);
    }

    @Override
    public String toString() {
        return data.name;
    }
}
