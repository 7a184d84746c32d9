package dev.busbar.plugin.state;

import dev.busbar.plugin.ProblemException;
import java.util.OptionalLong;

/** The refusal of a write, because the document is not as the writer has seen it. Nothing was stored. */
public final class ConflictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;
    private final String id;
    private final long currentVersion;

    private ConflictException(String message, String type, String id, long currentVersion) {
        super(message);
        this.type = type;
        this.id = id;
        this.currentVersion = currentVersion;
    }

    /**
     * A conflict.
     *
     * @param type the name of the document type
     * @param expected the version that the writer expected; empty for no document
     * @param current the version of the document; empty for no document
     */
    public static ConflictException of(String type, String id, OptionalLong expected, OptionalLong current) {
        String found = current.isPresent() ? "version " + current.getAsLong() : "not there";
        String wanted = expected.isPresent() ? "version " + expected.getAsLong() : "no document of this id";
        return new ConflictException(
                "document " + type + "/" + id + ": " + found + " (expected: " + wanted + ")",
                type,
                id,
                current.orElse(0));
    }

    /** The name of the document type. */
    public String type() {
        return type;
    }

    /** The id of the document. */
    public String id() {
        return id;
    }

    /** The version of the document; empty when there is none. */
    public OptionalLong currentVersion() {
        return currentVersion == 0 ? OptionalLong.empty() : OptionalLong.of(currentVersion);
    }

    /** The problem 409 for a client whose request has led to it, with the member {@code currentVersion} where there is one. */
    public ProblemException toProblem() {
        ProblemException problem = ProblemException.conflict(id + " was changed meanwhile; read it again, then decide");
        return currentVersion == 0 ? problem : problem.with("currentVersion", Long.toString(currentVersion));
    }
}
