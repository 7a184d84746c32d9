package dev.busbar.host.auditcheck;

import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.ChainStore;
import dev.busbar.host.auditchain.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Verifies the chains of all nodes: of this node, of every node with a record, head or checkpoint in the store, and of
 * every node that the checkpoint file outside of the store names, which finds a chain that was deleted from the store
 * altogether. Safe for any number of threads; uses the store.
 */
public final class Verifier {
    private final ChainStore chains;
    private final Path file;
    private final Own own;
    private final Clock clock;

    /**
     * What a node knows of its own chain without the store and the checkpoint file. Immutable.
     *
     * @param node its name
     * @param publicKey the key of its checkpoints; those of other nodes are unknown here
     * @param checkpointInterval the time after which it signs new records
     * @param signed returns the last checkpoint that it has signed
     * @param walked returns the last record that it has seen and believed
     */
    public record Own(
            String node,
            String publicKey,
            Duration checkpointInterval,
            Supplier<Optional<Checkpoint>> signed,
            Supplier<Head> walked) {}

    /**
     * A verifier of the chains in a store.
     *
     * @param file the checkpoint file of this node
     */
    public Verifier(ChainStore chains, Path file, Own own, Clock clock) {
        this.chains = chains;
        this.file = file;
        this.own = own;
        this.clock = clock;
    }

    /**
     * Verifies all chains, which may take minutes.
     *
     * @throws UncheckedIOException when the checkpoint file cannot be read
     */
    public Verification verify() {
        // Read before the file and the store, which must have all of it.
        Optional<Checkpoint> signed = own.signed().get();
        Head walked = own.walked().get();
        boolean exists = Files.exists(file);
        Set<String> outside = exists ? new TreeSet<>(nodesOutside()) : new TreeSet<>();
        Set<String> all = new TreeSet<>(outside);
        all.addAll(chains.nodes());
        all.add(own.node());
        if (exists) {
            outside.add(own.node());
        }
        Instant overdue = clock.instant().minus(own.checkpointInterval().multipliedBy(2));
        return Verification.of(all.stream()
                .map(each -> verify(
                        each,
                        outside.contains(each),
                        each.equals(own.node())
                                ? new ChainCheck.Known(
                                        chains.head(each), Optional.of(walked), signed, Optional.of(overdue))
                                : ofOther(chains, each)))
                .toList());
    }

    /**
     * Verifies all chains of a store that no host has open, such as a restored one: hashes, order, heads, and the checkpoints
     * in the store, whose signatures are not checked.
     */
    public static Verification ofStore(ChainStore chains) {
        return Verification.of(chains.nodes().stream()
                .map(node -> {
                    ChainCheck.Known known = ofOther(chains, node);
                    List<CheckpointSource> inside = List.of(CheckpointSource.of(chains, node, Optional.empty()));
                    Verification.Chain chain = new ChainCheck(node, known, inside, false).walk(chains.records(node));
                    return known.head().isPresent() ? chain : chain.withoutHead();
                })
                .toList());
    }

    private static ChainCheck.Known ofOther(ChainStore chains, String node) {
        return new ChainCheck.Known(chains.head(node), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Set<String> nodesOutside() {
        try {
            return CheckpointLines.nodes(file, Files.size(file)).keySet();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Verification.Chain verify(String which, boolean outside, ChainCheck.Known known) {
        Optional<String> key = which.equals(own.node()) ? Optional.of(own.publicKey()) : Optional.empty();
        if (!outside) {
            return verify(which, key, known, List.of());
        }
        try (CheckpointLines lines = new CheckpointLines(file, which, key)) {
            return verify(which, key, known, List.of(new CheckpointSource(true, lines)));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("audit.checkpoints: " + file + " cannot be read", e);
    }

    /** Reads the ends of the checkpoints and the head before the records, so that every later record is among these. */
    private Verification.Chain verify(
            String which, Optional<String> key, ChainCheck.Known known, List<CheckpointSource> outside) {
        List<CheckpointSource> sources = new ArrayList<>(outside);
        sources.add(CheckpointSource.of(chains, which, key));
        Verification.Chain chain = new ChainCheck(which, known, sources, key.isPresent()).walk(chains.records(which));
        return known.head().isPresent() ? chain : chain.withoutHead();
    }
}
