package dev.busbar.host.trust;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once what is wrong with files that are read again and again; anew when it was mended meanwhile. Thread-safe. */
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

    private final AtomicReference<Set<String>> said = new AtomicReference<>(Set.of());

    /**
     * Tells of a look at the files.
     *
     * @param faults all that is wrong now
     */
    void seen(List<Signers.Fault> faults) {
        Set<String> now = new HashSet<>();
        faults.forEach(fault -> now.add(fault.toString()));
        Set<String> before = said.getAndSet(now);
        now.stream().filter(fault -> !before.contains(fault)).forEach(fault -> LOG.warn("{}: ignored", fault));
    }
}
