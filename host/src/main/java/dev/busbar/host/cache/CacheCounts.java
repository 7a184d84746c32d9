package dev.busbar.host.cache;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.pipeline.Endpoint;
import dev.busbar.host.pipeline.Invocation;
import dev.busbar.host.pipeline.Meters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Counters of the results of lookups, by platform. Thread-safe. */
final class CacheCounts {
    /** The topic of the invocation's note about the cache. */
    static final String TOPIC = "cache";

    private final Meters meters;
    private final Map<String, OfGeneration> counts = new ConcurrentHashMap<>();

    /** The result of a request to a route with cache terms. */
    enum Result {
        /** A fresh response was served. */
        HIT,
        /** A fresh response was found, and the client has it already. */
        REVALIDATED,
        /** A stale response was served, while it is revalidated or in place of a failure. */
        STALE,
        /** The response to an identical request in flight was served. */
        COLLAPSED,
        /** The request was forwarded to the handler. */
        MISS,
        /** The request was forwarded to the handler, and its response is not stored. */
        BYPASS
    }

    /** The counters of a platform, looked up for each generation, because those of a removed platform are gone. */
    private record OfGeneration(Owner owner, List<Meters.Count> counts) {}

    CacheCounts(Meters meters) {
        this.meters = meters;
    }

    @SuppressWarnings("EnumOrdinal") // the list below has the order of the enum
    void count(Invocation invocation, Result result) {
        String word = word(result);
        invocation.note(TOPIC, word);
        Owner owner = Endpoint.routed(invocation).owner();
        OfGeneration known = counts.get(owner.id());
        if (known == null || !known.owner().equals(owner)) {
            known = new OfGeneration(owner, ofPlatform(owner.id()));
            counts.put(owner.id(), known);
        }
        known.counts().get(result.ordinal()).increment();
    }

    static String word(Result result) {
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
                        "Requests to routes with a cache policy",
                        "platform",
                        platform,
                        "result",
                        word(result)))
                .toList();
    }
}
