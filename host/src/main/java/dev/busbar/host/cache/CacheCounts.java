package dev.busbar.host.cache;

import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** What the cache could do for requests, counted for each platform. Thread-safe. */
final class CacheCounts {
    private final Meters meters;
    private final Map<String, OfGeneration> counts = new ConcurrentHashMap<>();

    /** What became of a request to a route whose answers are kept. */
    enum Result {
        /** A fresh answer was there. */
        HIT,
        /** A fresh answer was there, and the client has it already. */
        REVALIDATED,
        /** A stale answer was given out, while another one is made or in place of a failure. */
        STALE,
        /** The answer of another request that was under way was given out. */
        COLLAPSED,
        /** The handler was asked. */
        MISS,
        /** The handler was asked, and its answer is not kept, whatever it is. */
        BYPASS
    }

    /** Asked for anew by each generation, since those of a platform that was removed are gone. */
    private record OfGeneration(long generation, List<Meters.Count> counts) {}

    CacheCounts(Meters meters) {
        this.meters = meters;
    }

    @SuppressWarnings("EnumOrdinal") // the list is made in their order, right below
    void count(Invocation invocation, Result result) {
        String word = word(result);
        invocation.note("cache", word);
        Endpoint endpoint = invocation.endpoint();
        OfGeneration kept = counts.get(endpoint.platform());
        if (kept == null || kept.generation() != endpoint.generation()) {
            kept = new OfGeneration(endpoint.generation(), ofPlatform(endpoint.platform()));
            counts.put(endpoint.platform(), kept);
        }
        kept.counts().get(result.ordinal()).increment();
    }

    private static String word(Result result) {
        return switch (result) {
            case HIT -> "hit";
            case REVALIDATED -> "revalidated";
            case STALE -> "stale";
            case COLLAPSED -> "collapsed";
            case MISS -> "miss";
            case BYPASS -> "bypass";
        };
    }

    /** In the order of the results. */
    private List<Meters.Count> ofPlatform(String platform) {
        return Stream.of(Result.values())
                .map(result -> meters.count(
                        "busbar.cache.requests",
                        "Requests to routes whose answers are kept",
                        "platform",
                        platform,
                        "result",
                        word(result)))
                .toList();
    }
}
