package dev.busbar.wordcount;

import static java.util.Objects.requireNonNull;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.jobs.Job;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Schedule;
import dev.busbar.plugin.jobs.Submission;
import dev.busbar.plugin.state.Blob;
import dev.busbar.plugin.state.Document;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Query;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;

/**
 * Counts the words of texts: a text is a blob, a job counts it part by part, and its count is a document. Every night a
 * schedule deletes the texts that were counted a month ago. May be called from any thread.
 */
@Extension
public final class WordcountPlatform implements Platform {
    private static final Parameter<String> NAME =
            Parameter.path("name", Codec.of("1 to 60 of a-z, 0-9 and '-'", name -> Optional.of(name)
                    .filter(it -> it.matches("[a-z0-9-]{1,60}"))
                    .orElseThrow(IllegalArgumentException::new)));
    private static final DocumentType<Count> COUNTS =
            DocumentType.of("counts", Count.class).field("countedAt", Codec.INSTANT, Count::countedAt);

    private final JobType<Text> count =
            JobType.of("count", Text.class, this::count).access(Access.WRITE).schema(1);
    private final JobType<Integer> sweep =
            JobType.of("sweep", Integer.class, this::sweep).access(Access.WRITE);
    private @Nullable PlatformContext context;

    /** The request to count a text, of the content with this digest; the key of the job too. */
    public record Text(String name, String sha256) {}

    /** The result: the number of words, which white space of ASCII separates. */
    public record Count(String sha256, long words, Instant countedAt) {}

    /** A checkpoint: the words in the first bytes; the last one may go on. */
    public record Tally(long bytes, long words, boolean inWord) {
        Tally plus(byte next) {
            boolean isSpace = Character.isWhitespace(next);
            return new Tally(bytes + 1, isSpace || inWord ? words : words + 1, !isSpace);
        }
    }

    @Override
    public List<DocumentType<?>> documents() {
        return List.of(COUNTS);
    }

    @Override
    public void start(PlatformContext lent) {
        context = lent;
    }

    @Override
    public List<JobType<?>> jobs() {
        return List.of(count, sweep);
    }

    @Override
    public List<Schedule<?>> schedules() {
        return List.of(Schedule.of("nightly", sweep, 30).cron("30 2 * * *", ZoneOffset.UTC));
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.put("/{name}", this::store)
                        .access(Access.WRITE)
                        .parameter(NAME)
                        .consumes("text/plain")
                        .maxBodyBytes(64 << 20),
                Route.get("/{name}", Count.class, this::find)
                        .access(Access.READ)
                        .parameter(NAME));
    }

    private PlatformContext context() {
        return requireNonNull(context, "started");
    }

    private Response store(Request request) throws IOException {
        Blob blob = context().blobs().put(request.get(NAME), "text/plain", request.body());
        Text text = new Text(blob.name(), blob.sha256());
        Submission once = Submission.options().uniqueKey(text.toString());
        return Response.text(context().jobs().submit(count, text, once)).status(202);
    }

    private Count find(Request request) {
        return context()
                .documents(COUNTS)
                .find(request.get(NAME))
                .map(Document::value)
                .filter(counted -> blob(request.get(NAME), counted.sha256()).isPresent())
                .orElseThrow(() -> ProblemException.notFound("no count of this text yet"));
    }

    /** The blob of a text, unless that was deleted, or replaced by other content. */
    private Optional<Blob> blob(String name, String sha256) {
        return context().blobs().find(name).filter(blob -> blob.sha256().equals(sha256));
    }

    private Count count(Job<Text> job) throws IOException {
        Text text = job.request();
        Blob blob = blob(text.name(), text.sha256())
                .orElseThrow(() -> ProblemException.conflict("the text was replaced or deleted"));
        Tally tally = job.restored().map(saved -> saved.as(Tally.class)).orElse(new Tally(0, 0, false));
        while (tally.bytes() < blob.size()) {
            try (InputStream part = blob.open(tally.bytes(), Math.min(1 << 20, blob.size() - tally.bytes()))) {
                for (byte next : part.readAllBytes()) {
                    tally = tally.plus(next);
                }
            }
            job.progress(tally.bytes(), blob.size());
            job.checkpoint(tally);
        }
        Count result = new Count(text.sha256(), tally.words(), context().clock().instant());
        return context().documents(COUNTS).put(text.name(), result).value();
    }

    private List<String> sweep(Job<Integer> job) {
        Query old = Query.all().below("countedAt", context().clock().instant().minus(job.request(), ChronoUnit.DAYS));
        List<String> names =
                context().documents(COUNTS).stream(old).map(Document::id).toList();
        names.forEach(name -> context().blobs().delete(name));
        names.forEach(name -> context().documents(COUNTS).delete(name));
        return names;
    }
}
