package dev.busbar.host.jobs;

import dev.busbar.host.jobs.ClaimStore.Candidate;
import dev.busbar.host.jobs.ClaimStore.Offer;
import dev.busbar.host.jobs.ClaimStore.TypeKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The choice of jobs among those that wait: the principals of a platform take turns, and each begins with the job that is
 * first in its queue. So however many jobs one principal has, those of another wait for a thread and no longer. Used by one
 * thread.
 */
final class FairShare {
    private static final int MAX_REMEMBERED = 10_000;

    /** The turn that each principal of a platform had last. */
    private final Map<Share, Long> turns = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Share, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private long turn;

    /** The jobs of one principal for one platform. */
    record Share(String platform, String principal) {}

    /**
     * The room for more jobs.
     *
     * @param offers the types that this node can run now
     * @param types the number of running jobs of each type
     * @param shares the number of running jobs of each principal
     * @param maxPerPrincipal the max number of running jobs of one principal for one platform
     */
    record Room(
            Map<TypeKey, Offer> offers, Map<TypeKey, Integer> types, Map<Share, Integer> shares, int maxPerPrincipal) {
        /** Copies what changes with each choice. */
        Room {
            types = new HashMap<>(types);
            shares = new HashMap<>(shares);
        }
    }

    /** Chooses the jobs that run next. */
    List<Candidate> choose(List<Candidate> waiting, Room room) {
        Map<String, Integer> free = new HashMap<>();
        room.offers().values().forEach(offer -> free.put(offer.key().platform(), offer.free()));
        List<Candidate> left = new ArrayList<>(waiting);
        List<Candidate> chosen = new ArrayList<>();
        while (true) {
            left.removeIf(candidate -> !fits(candidate, room, free));
            Optional<Candidate> next = left.stream()
                    .min(Comparator.<Candidate>comparingLong(candidate -> turns.getOrDefault(share(candidate), 0L))
                            .thenComparing(Candidate::rankAt)
                            .thenComparing(Candidate::id));
            if (next.isEmpty()) {
                return chosen;
            }
            Candidate taken = next.get();
            left.remove(taken);
            chosen.add(taken);
            turns.put(share(taken), ++turn);
            free.merge(taken.platform(), -1, Integer::sum);
            room.types().merge(key(taken), 1, Integer::sum);
            room.shares().merge(share(taken), 1, Integer::sum);
        }
    }

    private static boolean fits(Candidate candidate, Room room, Map<String, Integer> free) {
        Offer offer = room.offers().get(key(candidate));
        return offer != null
                && free.getOrDefault(candidate.platform(), 0) > 0
                && room.types().getOrDefault(key(candidate), 0) < offer.concurrency()
                && room.shares().getOrDefault(share(candidate), 0) < room.maxPerPrincipal();
    }

    private static TypeKey key(Candidate candidate) {
        return new TypeKey(candidate.platform(), candidate.type());
    }

    private static Share share(Candidate candidate) {
        return new Share(candidate.platform(), candidate.principal());
    }
}
