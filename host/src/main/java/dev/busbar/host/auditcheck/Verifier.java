package dev.busbar.host.auditcheck;

import dev.busbar.host.auditchain.AuditRecord.Head;
import dev.busbar.host.auditchain.ChainStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Verifies the chains of all nodes: of this node, of every node with a record, head or checkpoint in the store, and of
 * every node that the checkpoint file outside of the store names, which finds a chain that was deleted from the store
 * altogether. Safe for any number of threads; uses the store.
 */
public final class Verifier {
    private final ChainStore chains;
    private final Path file;
    private final String node;
    private final String publicKey;

    /**
     * A verifier of the chains in a store.
     *
     * @param file the checkpoint file of this node, which need not exist
     * @param node the name of this node
     * @param publicKey the key of this node's checkpoints; those of other nodes are unknown here
     */
    public Verifier(ChainStore chains, Path file, String node, String publicKey) {
        this.chains = chains;
        this.file = file;
        this.node = node;
        this.publicKey = publicKey;
    }

    /**
     * Verifies all chains, which may take minutes.
     *
     * @throws UncheckedIOException when the checkpoint file cannot be read
     */
    public Verification verify() {
        boolean exists = Files.exists(file);
        Set<String> outside = exists ? new TreeSet<>(nodesOutside()) : new TreeSet<>();
        Set<String> all = new TreeSet<>(outside);
        all.addAll(chains.nodes());
        all.add(node);
        if (exists) {
            outside.add(node);
        }
        return Verification.of(
                all.stream().map(each -> verify(each, outside.contains(each))).toList());
    }

    private Set<String> nodesOutside() {
        try {
            return CheckpointLines.nodes(file, Files.size(file)).keySet();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Verification.Chain verify(String which, boolean outside) {
        Optional<String> key = which.equals(node) ? Optional.of(publicKey) : Optional.empty();
        if (!outside) {
            return verify(which, key, List.of());
        }
        try (CheckpointLines lines = new CheckpointLines(file, which, key)) {
            return verify(which, key, List.of(new CheckpointSource(true, lines)));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("audit.checkpoints: " + file + " cannot be read", e);
    }

    /** Reads the ends of the checkpoints and the head before the records, so that every later record is among these. */
    private Verification.Chain verify(String which, Optional<String> key, List<CheckpointSource> outside) {
        List<CheckpointSource> sources = new ArrayList<>(outside);
        sources.add(CheckpointSource.of(chains, which, key));
        Optional<Head> head = chains.head(which);
        Verification.Chain chain = new ChainCheck(which, head, sources, key.isPresent()).walk(chains.records(which));
        return head.isPresent() ? chain : chain.withoutHead();
    }
}
