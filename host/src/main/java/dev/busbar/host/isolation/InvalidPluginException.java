package dev.busbar.host.isolation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A jar that cannot be loaded, started or closed, with the reason in one sentence that a person can act on. */
public final class InvalidPluginException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_LETTERS = 500;

    private final Kind kind;
    private final String stack;
    private final transient @Nullable Artifact artifact;

    private enum Kind {
        FAULT,
        INCOMPLETE,
        UNSIGNED,
        UNTRUSTED
    }

    /** A reason. */
    public InvalidPluginException(String reason) {
        this(Kind.FAULT, reason, null, "", null);
    }

    /** A reason and its cause. */
    public InvalidPluginException(String reason, Throwable cause) {
        this(Kind.FAULT, reason, cause, "", null);
    }

    private InvalidPluginException(
            Kind kind, String reason, @Nullable Throwable cause, String stack, @Nullable Artifact artifact) {
        super(reason, cause);
        this.kind = kind;
        this.stack = stack;
        this.artifact = artifact;
    }

    /** The reason for a file that may still be being written. */
    static InvalidPluginException incomplete(String reason, Throwable cause) {
        return new InvalidPluginException(Kind.INCOMPLETE, reason, cause, "", null);
    }

    /** The reason for a file without content, which may still be being written. */
    public static InvalidPluginException empty() {
        return new InvalidPluginException(
                Kind.INCOMPLETE, "it is empty, and not a complete zip file; copy it again completely", null, "", null);
    }

    /** The reason for a jar without a signature, which may be added later. */
    public static InvalidPluginException unsigned(String reason, Artifact artifact) {
        return new InvalidPluginException(Kind.UNSIGNED, reason, null, "", artifact);
    }

    /** The reason for a signature that is not sufficient. */
    public static InvalidPluginException untrusted(String reason, Artifact artifact) {
        return new InvalidPluginException(Kind.UNTRUSTED, reason, null, "", artifact);
    }

    /**
     * The reason for an exception of a plugin's code, with the line in that code. Called on the thread that ran the code,
     * since an exception of the plugin's own class runs its code again when its message is read; what is returned holds
     * only text.
     *
     * @param what the code that threw, such as {@code its start()}
     */
    public static InvalidPluginException threw(String what, Throwable failure, Artifact artifact) {
        @Nullable Throwable cause = failure instanceof ExceptionInInitializerError ? failure.getCause() : failure;
        Throwable told = cause == null ? failure : cause;
        String text = told.getClass().getName();
        String place = "";
        StringWriter stack = new StringWriter();
        try {
            place = place(told, artifact);
            String whole = told.toString();
            text = whole.length() <= MAX_LETTERS ? whole : whole.substring(0, MAX_LETTERS) + "…";
            stack.append('\n');
            told.printStackTrace(new PrintWriter(stack));
        } catch (RuntimeException | Error e) {
            // The border to a plugin's code: what cannot be read is left out.
            stack.append("\n").append(e.getClass().getName()).append(" was thrown when it was asked what it is");
        }
        return new InvalidPluginException(
                Kind.FAULT, what + " threw " + text + place, null, indented(stack.toString()), null);
    }

    /** Indents each line, so that none begins as a log entry does, whatever the message of the plugin's exception is. */
    private static String indented(String stack) {
        return stack.stripTrailing().replaceAll("\\R\\t?", "\n\t");
    }

    private static String place(Throwable failure, Artifact artifact) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> artifact.classes().names().contains(frame.getClassName()))
                .filter(frame -> !frame.getMethodName().equals(ExitGuard.GUARD))
                .findFirst()
                .map(frame -> ", at " + frame)
                .orElse("");
    }

    /** Returns whether the file may still be being written. */
    public boolean isIncomplete() {
        return kind == Kind.INCOMPLETE;
    }

    /** Returns whether the jar is valid but for its missing signature. */
    public boolean isUnsigned() {
        return kind == Kind.UNSIGNED;
    }

    /** The jar, where it is valid but for its signature. */
    public Optional<Artifact> artifact() {
        return Optional.ofNullable(artifact);
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }

    /** The stack of the exception of the plugin, as indented lines to follow the reason in a log; empty for none. */
    public String stack() {
        return stack;
    }
}
