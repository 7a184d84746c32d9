package dev.busbar.core.state;

import dev.busbar.plugin.state.ConflictException;
import dev.busbar.plugin.state.UnreadableSchemaException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;

/**
 * A change of one document. Immutable.
 *
 * @param content the new content; empty for a delete
 * @param readable the schemas that the writer reads: it must not replace what it cannot read; empty for all
 */
public record DocumentChange(
        String collection, String id, Expected expected, Optional<Content> content, SortedSet<Integer> readable) {
    /**
     * The document that the writer expects.
     *
     * @param version where a version is expected
     */
    public record Expected(Kind kind, long version) {
        /** The kinds of expectation. */
        public enum Kind {
            /** No document. */
            NONE,
            /** A document of a version. */
            VERSION,
            /** Any document, or none. */
            ANY
        }

        static final Expected NONE = new Expected(Kind.NONE, 0);
        static final Expected ANY = new Expected(Kind.ANY, 0);

        static Expected version(long version) {
            return new Expected(Kind.VERSION, version);
        }
    }

    /**
     * The content of a document.
     *
     * @param body JSON
     * @param bytes its length in UTF-8
     * @param terms the values of the declared fields, as {@link Terms} writes them
     */
    public record Content(int schema, String body, int bytes, Map<String, String> terms) {}

    /** A stored document without its content. */
    public record Current(long version, int schema, int bytes) {}

    /**
     * Checks the change against the document that is stored, in the transaction that is to change it.
     *
     * @throws ConflictException when it is not the expected one
     * @throws UnreadableSchemaException when it would replace what the writer cannot read
     */
    public void check(Optional<Current> current) {
        boolean met =
                switch (expected.kind()) {
                    case NONE -> current.isEmpty();
                    case VERSION -> current.isPresent() && current.get().version() == expected.version();
                    case ANY -> true;
                };
        if (!met) {
            throw ConflictException.of(
                    collection,
                    id,
                    expected.kind() == Expected.Kind.VERSION
                            ? OptionalLong.of(expected.version())
                            : OptionalLong.empty(),
                    current.isPresent() ? OptionalLong.of(current.get().version()) : OptionalLong.empty());
        }
        if (content.isPresent()
                && current.isPresent()
                && !readable.isEmpty()
                && !readable.contains(current.get().schema())) {
            throw UnreadableSchemaException.of(collection, id, current.get().schema(), readable);
        }
    }
}
