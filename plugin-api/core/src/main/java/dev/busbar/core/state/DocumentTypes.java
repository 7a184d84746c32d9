package dev.busbar.core.state;

import dev.busbar.core.InvalidDeclarationException;
import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.state.Changes;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Documents;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The document types of one generation, and what it does with documents of them. May be used from any thread. */
public final class DocumentTypes {
    private static final int MAX_TYPES = 100;

    private final Map<String, DocumentBinding<?>> bindings;
    private final DocumentRows rows;

    private DocumentTypes(Map<String, DocumentBinding<?>> bindings, DocumentRows rows) {
        this.bindings = bindings;
        this.rows = rows;
    }

    /**
     * The declared types.
     *
     * @param json the binding of the generation
     * @param rows the documents of the platform
     * @throws InvalidDeclarationException when two have one name, or there are too many
     */
    public static DocumentTypes of(List<DocumentType<?>> declared, JsonCodec json, DocumentRows rows) {
        Map<String, DocumentBinding<?>> bindings = new LinkedHashMap<>();
        for (DocumentType<?> type : declared) {
            if (bindings.put(type.name(), new DocumentBinding<>(type, json)) != null) {
                throw new InvalidDeclarationException(
                        "documents() returned two types \"" + type.name() + "\" (expected: one a name)");
            }
        }
        if (bindings.size() > MAX_TYPES) {
            throw new InvalidDeclarationException(
                    "documents() returned " + bindings.size() + " types (expected: at most " + MAX_TYPES + ")");
        }
        return new DocumentTypes(bindings, rows);
    }

    /**
     * The documents of a type.
     *
     * @throws IllegalArgumentException when it is not declared
     */
    public <T> Documents<T> documents(DocumentType<T> type) {
        return new BoundDocuments<>(binding(type), rows);
    }

    /**
     * Collects changes, and stores them together.
     *
     * @throws IllegalArgumentException when one of them is invalid; then none is stored
     */
    public void change(Consumer<Changes> work) {
        DocumentChanges changes = new DocumentChanges(this);
        work.accept(changes);
        List<DocumentChange> all = changes.end();
        if (!all.isEmpty()) {
            List<DocumentRows.Written> unused = rows.write(all);
        }
    }

    @SuppressWarnings({"unchecked", "ReferenceEquality"}) // the binding of this very type
    <T> DocumentBinding<T> binding(DocumentType<T> type) {
        DocumentBinding<?> binding = bindings.get(type.name());
        if (binding == null || binding.type() != type) {
            throw new IllegalArgumentException("document type " + type.name()
                    + ": not declared (expected: an object that Platform.documents() returned, such as a constant)");
        }
        return (DocumentBinding<T>) binding;
    }
}
