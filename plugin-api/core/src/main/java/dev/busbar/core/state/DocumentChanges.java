package dev.busbar.core.state;

import dev.busbar.plugin.state.Changes;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.TooLargeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects changes that are stored together. Used by the thread of the plugin that makes them. */
final class DocumentChanges implements Changes {
    private static final int MAX_BYTES = 8 << 20;

    private final DocumentTypes types;
    private final List<DocumentChange> changes = new ArrayList<>();
    private final Set<String> changed = new HashSet<>();
    private int bytes;
    private boolean ended;

    DocumentChanges(DocumentTypes types) {
        this.types = types;
    }

    @Override
    public <T> Changes create(DocumentType<T> type, String id, T value) {
        return add(BoundDocuments.change(types.binding(type), id, DocumentChange.Expected.NONE, value));
    }

    @Override
    public <T> Changes put(DocumentType<T> type, String id, T value) {
        return add(BoundDocuments.change(types.binding(type), id, DocumentChange.Expected.ANY, value));
    }

    @Override
    public <T> Changes replace(DocumentType<T> type, String id, long version, T value) {
        return add(BoundDocuments.change(types.binding(type), id, DocumentChange.Expected.version(version), value));
    }

    @Override
    public Changes delete(DocumentType<?> type, String id, long version) {
        return add(BoundDocuments.deletion(types.binding(type), id, DocumentChange.Expected.version(version)));
    }

    @Override
    public Changes delete(DocumentType<?> type, String id) {
        return add(BoundDocuments.deletion(types.binding(type), id, DocumentChange.Expected.ANY));
    }

    private Changes add(DocumentChange change) {
        if (ended) {
            throw new IllegalStateException(
                    "these changes are stored already (expected: a call of changes() each time)");
        }
        if (!changed.add(change.collection() + '/' + change.id())) {
            throw new IllegalArgumentException(
                    "changes: document " + change.collection() + "/" + change.id() + " twice (expected: once)");
        }
        if (changes.size() == MAX_CHANGES) {
            throw new IllegalArgumentException(
                    "changes: more than " + MAX_CHANGES + " (expected: at most " + MAX_CHANGES + ")");
        }
        bytes += change.content().map(DocumentChange.Content::bytes).orElse(0);
        if (bytes > MAX_BYTES) {
            throw TooLargeException.of("changes", MAX_BYTES);
        }
        changes.add(change);
        return this;
    }

    List<DocumentChange> end() {
        ended = true;
        return List.copyOf(changes);
    }
}
