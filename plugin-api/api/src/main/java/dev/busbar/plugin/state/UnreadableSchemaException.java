package dev.busbar.plugin.state;

import java.util.SortedSet;

/**
 * The refusal to read or overwrite a stored document of a schema that this version of the plugin does not read: most
 * likely a newer version of the plugin wrote it.
 */
public final class UnreadableSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int schema;

    private UnreadableSchemaException(String message, int schema) {
        super(message);
        this.schema = schema;
    }

    /**
     * A refusal.
     *
     * @param type the name of the document type
     * @param schema the stored one
     * @param readable those that are read
     */
    public static UnreadableSchemaException of(String type, String id, int schema, SortedSet<Integer> readable) {
        return new UnreadableSchemaException(
                "document " + type + "/" + id + ": schema " + schema + " (expected: one of " + readable
                        + "; written by a newer version of the plugin?)",
                schema);
    }

    /** The schema of the stored document. */
    public int schema() {
        return schema;
    }
}
