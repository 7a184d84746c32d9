package dev.busbar.host.trust;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each fault of files that are reread once, and again if it was fixed in between. Thread-safe. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

    private final AtomicReference<Set<String>> logged = new AtomicReference<>(Set.of());

    /**
     * Logs the faults that the previous read did not have.
     *
     * @param faults all faults of the latest read
     */
    void log(List<Signers.Fault> faults) {
        Set<String> now = new HashSet<>();
        faults.forEach(fault -> now.add(fault.toString()));
        Set<String> before = logged.getAndSet(now);
        now.stream().filter(fault -> !before.contains(fault)).forEach(fault -> LOG.warn("{}: ignored", fault));
    }
}
