package dev.busbar.host.isolation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says why a jar is not taken, in one sentence that a person can act on. */
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

    /** Rejects with a reason. */
    public InvalidPluginException(String reason) {
        this(Kind.FAULT, reason, null, "", null);
    }

    /** Rejects with a reason and what led to it. */
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

    /** Rejects what may be a file that is still being written. */
    static InvalidPluginException incomplete(String reason, Throwable cause) {
        return new InvalidPluginException(Kind.INCOMPLETE, reason, cause, "", null);
    }

    /** Rejects for want of a signature, which may come yet. */
    public static InvalidPluginException unsigned(String reason, Artifact artifact) {
        return new InvalidPluginException(Kind.UNSIGNED, reason, null, "", artifact);
    }

    /** Rejects for a signature that is not enough. */
    public static InvalidPluginException untrusted(String reason, Artifact artifact) {
        return new InvalidPluginException(Kind.UNTRUSTED, reason, null, "", artifact);
    }

    /**
     * Rejects for what a plugin's code threw, with the place in that code. Called on the thread that ran the code, since
     * a failure of the plugin's own class runs its code again when it is asked what it is; what is answered holds only
     * text.
     *
     * @param what what threw, such as {@code its start()}
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
            // The border to a plugin's code: what cannot be told is left out.
            stack.append("\n").append(e.getClass().getName()).append(" was thrown when it was asked what it is");
        }
        return new InvalidPluginException(
                Kind.FAULT, what + " threw " + text + place, null, indented(stack.toString()), null);
    }

    /** No line of it begins where a log entry begins, whatever the plugin's exception says of itself. */
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

    /** Whether the file may still be being written. */
    public boolean isIncomplete() {
        return kind == Kind.INCOMPLETE;
    }

    /** Whether all that is wrong is that nobody has signed it. */
    public boolean isUnsigned() {
        return kind == Kind.UNSIGNED;
    }

    /** The jar, where all that is wrong is who vouches for it. */
    public Optional<Artifact> artifact() {
        return Optional.ofNullable(artifact);
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }

    /** The stack of what was thrown, on indented lines of its own, to stand behind the reason in a log; empty when nothing was. */
    public String stack() {
        return stack;
    }
}
