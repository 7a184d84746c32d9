package dev.busbar.host.isolation;

import dev.busbar.core.configuration.ConfigurationException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A jar that cannot be loaded, started or closed, with the reason in one sentence that a person can act on. */
public final class InvalidPluginException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int MAX_LETTERS = 500;

    /** A value of a manifest may have megabytes. */
    private static final int MAX_REASON_LETTERS = 4_000;

    private static final String API = "dev.busbar.plugin.";
    private static final Set<String> DECLARATIONS = Set.of("its routes()", "its healthChecks()");
    private static final int MAX_CAUSES = 3;
    private static final String LIBRARY_HELD = "already loaded in another classloader";

    private final Kind kind;
    private final transient Detail detail;
    private final transient Artifact.@Nullable Name plugin;
    private final transient @Nullable Artifact artifact;

    private enum Kind {
        FAULT,
        INCOMPLETE,
        UNSIGNED,
        UNTRUSTED
    }

    /**
     * Further facts about a failure of a plugin's code.
     *
     * @param stack the stack of the exception, as indented lines
     * @param permanent whether the same jar fails the same way at each attempt
     * @param libraryHeld whether a native library is loaded by another class loader
     */
    private record Detail(String stack, boolean permanent, boolean libraryHeld) {
        static final Detail NONE = new Detail("", false, false);
        static final Detail PERMANENT = new Detail("", true, false);
    }

    /** A reason. */
    public InvalidPluginException(String reason) {
        this(Kind.FAULT, reason, null, Detail.NONE);
    }

    /** A reason and its cause. */
    public InvalidPluginException(String reason, Throwable cause) {
        this(Kind.FAULT, reason, cause, Detail.NONE);
    }

    private InvalidPluginException(Kind kind, String reason, @Nullable Throwable cause, Detail detail) {
        this(kind, reason, cause, detail, null, null);
    }

    private InvalidPluginException(
            Kind kind,
            String reason,
            @Nullable Throwable cause,
            Detail detail,
            Artifact.@Nullable Name plugin,
            @Nullable Artifact artifact) {
        super(reason.length() <= MAX_REASON_LETTERS ? reason : reason.substring(0, MAX_REASON_LETTERS) + "…", cause);
        this.kind = kind;
        this.detail = detail;
        this.plugin = plugin;
        this.artifact = artifact;
    }

    /** The reason for a jar that fails in the same way at each attempt, so that a retry cannot help. */
    public static InvalidPluginException permanent(String reason, @Nullable Throwable cause) {
        return new InvalidPluginException(Kind.FAULT, reason, cause, Detail.PERMANENT);
    }

    /** The reason for a file that may still be being written. */
    static InvalidPluginException incomplete(String reason, Throwable cause) {
        return new InvalidPluginException(Kind.INCOMPLETE, reason, cause, Detail.NONE);
    }

    /** The reason for a file without content, which may still be being written. */
    public static InvalidPluginException empty() {
        return new InvalidPluginException(
                Kind.INCOMPLETE,
                "it is empty, and not a complete zip file; copy it again completely",
                null,
                Detail.NONE);
    }

    /** The reason for a jar without a signature, which may be added later. */
    public static InvalidPluginException unsigned(String reason, Artifact.Name plugin) {
        return new InvalidPluginException(Kind.UNSIGNED, reason, null, Detail.NONE, plugin, null);
    }

    /** The reason for a signature that is not sufficient. */
    public static InvalidPluginException untrusted(String reason, Artifact.Name plugin) {
        return new InvalidPluginException(Kind.UNTRUSTED, reason, null, Detail.NONE, plugin, null);
    }

    /** The same reason, about a jar that is valid but for its signature. */
    public InvalidPluginException about(Artifact known) {
        return new InvalidPluginException(kind, reason(), getCause(), detail, known.name(), known);
    }

    /** The same reason, about a jar whose manifest claims a name. */
    InvalidPluginException about(Artifact.Name name) {
        return new InvalidPluginException(kind, reason(), getCause(), detail, name, artifact);
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
        Throwable thrown = cause == null ? failure : cause;
        String text = what + " threw " + thrown.getClass().getName();
        boolean permanent = false;
        boolean libraryHeld = false;
        StringWriter stack = new StringWriter();
        try {
            Optional<ConfigurationException> configuration = chain(thrown)
                    .filter(ConfigurationException.class::isInstance)
                    .map(ConfigurationException.class::cast)
                    .findFirst();
            if (configuration.isPresent()) {
                return misconfigured(configuration.get());
            }
            String place = place(thrown, artifact);
            text += place; // the message may throw, too
            text = what + " threw " + shortened(thrown.toString()) + place;
            text += causes(thrown);
            permanent = isPermanent(what, failure, artifact);
            libraryHeld = chain(thrown).anyMatch(InvalidPluginException::isLibraryHeld);
            stack.append('\n');
            thrown.printStackTrace(new PrintWriter(stack));
        } catch (RuntimeException | Error e) {
            // The border to a plugin's code: what cannot be read is left out.
            stack.append("\n").append(e.getClass().getName()).append(" was thrown when it was asked what it is");
        }
        Detail detail = new Detail(indented(stack.toString()), permanent, libraryHeld);
        return new InvalidPluginException(Kind.FAULT, text, null, detail);
    }

    /** It is the operator's configuration that fails, not the code. */
    private static InvalidPluginException misconfigured(ConfigurationException configuration) {
        String reason = String.valueOf(configuration.getMessage());
        return configuration.isTemporary() ? new InvalidPluginException(reason) : permanent(reason, null);
    }

    /** The same with another wording, such as one without secrets. */
    public InvalidPluginException reworded(UnaryOperator<String> wording) {
        Detail reworded = new Detail(wording.apply(detail.stack()), detail.permanent(), detail.libraryHeld());
        return new InvalidPluginException(kind, wording.apply(reason()), null, reworded, plugin, artifact);
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LETTERS ? text : text.substring(0, MAX_LETTERS) + "…";
    }

    /** The exception and its causes, each once. */
    private static Stream<Throwable> chain(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .takeWhile(seen::add);
    }

    /** The causes, unless the message of the one before quotes them already. */
    private static String causes(Throwable failure) {
        StringBuilder text = new StringBuilder();
        String before = failure.toString();
        for (Throwable cause : chain(failure).skip(1).limit(MAX_CAUSES).toList()) {
            String now = cause.toString();
            if (!before.contains(now)) {
                text.append("; caused by ").append(shortened(now));
            }
            before = now;
        }
        return text.toString();
    }

    private static boolean isLibraryHeld(Throwable failure) {
        return failure instanceof UnsatisfiedLinkError
                && String.valueOf(failure.getMessage()).contains(LIBRARY_HELD);
    }

    /**
     * Returns whether the jar fails in the same way at each attempt: its classes do not fit together, or the plugin API has
     * refused what it declares. An initializer may depend on what changes, and so may a native library.
     */
    private static boolean isPermanent(String what, Throwable failure, Artifact artifact) {
        if (failure instanceof NoClassDefFoundError missing) {
            return !isOfInitializer(missing) && isAbsent(missing, artifact);
        }
        if (failure instanceof LinkageError) {
            return !(failure instanceof UnsatisfiedLinkError || failure instanceof ExceptionInInitializerError);
        }
        StackTraceElement[] frames = failure.getStackTrace();
        return failure instanceof IllegalArgumentException
                && DECLARATIONS.contains(what)
                && frames.length > 0
                && frames[0].getClassName().startsWith(API);
    }

    /** A class that the jar has may only have been unreadable for a while, for instance without file descriptors. */
    private static boolean isAbsent(NoClassDefFoundError missing, Artifact artifact) {
        String name = String.valueOf(missing.getMessage()).replace('/', '.').replaceFirst(" .*", "");
        return !artifact.classes().names().contains(name) && !ExportedPackages.isExported(name);
    }

    /** The second use of a class whose initializer has failed. */
    private static boolean isOfInitializer(NoClassDefFoundError failure) {
        return String.valueOf(failure.getMessage()).startsWith("Could not initialize class");
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

    /** Returns whether the signature of a trusted signer is missing; nothing else was checked. */
    public boolean isUntrusted() {
        return kind == Kind.UNSIGNED || kind == Kind.UNTRUSTED;
    }

    /** The name that the manifest claims, where it could be read. */
    public Optional<Artifact.Name> plugin() {
        return Optional.ofNullable(plugin);
    }

    /** The jar, where it is valid but for its signature, and was admitted before. */
    public Optional<Artifact> artifact() {
        return Optional.ofNullable(artifact);
    }

    /** The reason. */
    public String reason() {
        return getMessage() == null ? "" : getMessage();
    }

    /** The stack of the exception of the plugin, as indented lines to follow the reason in a log; empty for none. */
    public String stack() {
        return detail.stack();
    }

    /** Returns whether the jar fails in the same way at each attempt, so that a retry cannot help. */
    public boolean isPermanent() {
        return detail.permanent();
    }

    /** Returns whether a native library of it is still loaded by another class loader. */
    public boolean isLibraryHeld() {
        return detail.libraryHeld();
    }
}
