package dev.busbar.host.state;

import dev.busbar.core.state.DocumentChange;
import dev.busbar.core.state.DocumentQuota;
import dev.busbar.host.state.DocumentStore.Sized;
import dev.busbar.host.state.PlatformBlobStore.StoredBlob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The removal of all state of a platform, in transactions of at most 1 MiB: one large transaction would take the memory of
 * the embedded store, and keep other writers waiting. For one thread.
 */
final class StateRemoval {
    private static final int MAX_ROWS = 100;
    private static final int MAX_BYTES = 1 << 20;

    private final DocumentStore documents;
    private final PlatformBlobStore blobs;
    private final String platform;
    private PlatformStates.Removed removed = PlatformStates.Removed.NONE;

    StateRemoval(DocumentStore documents, PlatformBlobStore blobs, String platform) {
        this.documents = documents;
        this.blobs = blobs;
        this.platform = platform;
    }

    /** What was removed so far, also when the removal has failed. */
    PlatformStates.Removed removed() {
        return removed;
    }

    void run() {
        for (List<Sized> step = step(); !step.isEmpty(); step = step()) {
            removeDocuments(step);
        }
        for (List<StoredBlob> step = blobs.list(platform, "", "", MAX_ROWS);
                !step.isEmpty();
                step = blobs.list(platform, "", "", MAX_ROWS)) {
            step.forEach(blob -> removeBlob(blob.name()));
        }
    }

    private List<Sized> step() {
        List<Sized> step = new ArrayList<>();
        long bytes = 0;
        for (Sized found : documents.first(platform, MAX_ROWS)) {
            bytes += found.size();
            if (!step.isEmpty() && bytes > MAX_BYTES) {
                break;
            }
            step.add(found);
        }
        return step;
    }

    private void removeDocuments(List<Sized> step) {
        DocumentChange.Expected any = new DocumentChange.Expected(DocumentChange.Expected.Kind.ANY, 0);
        List<DocumentChange> deletions = step.stream()
                .map(found -> new DocumentChange(
                        found.place().collection(), found.place().id(), any, Optional.empty(), new TreeSet<>()))
                .toList();
        int unused = documents
                .write(new DocumentQuota(platform, Long.MAX_VALUE, Long.MAX_VALUE), deletions)
                .size();
        long bytes = step.stream().mapToLong(Sized::size).sum();
        removed = new PlatformStates.Removed(
                removed.documents() + step.size(),
                removed.documentBytes() + bytes,
                removed.blobs(),
                removed.blobBytes());
    }

    private void removeBlob(String name) {
        blobs.delete(platform, () -> {}, name)
                .ifPresent(blob -> removed = new PlatformStates.Removed(
                        removed.documents(),
                        removed.documentBytes(),
                        removed.blobs() + 1,
                        removed.blobBytes() + blob.size()));
    }
}
