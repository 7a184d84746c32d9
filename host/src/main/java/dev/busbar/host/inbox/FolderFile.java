package dev.busbar.host.inbox;

import dev.busbar.host.inbox.FileState.Appearing;
import dev.busbar.host.inbox.FileState.Missing;
import dev.busbar.host.inbox.FileState.Phase;
import dev.busbar.host.inbox.FileState.Postponed;
import dev.busbar.host.inbox.FileState.Refused;
import dev.busbar.host.inbox.FileState.Settled;
import dev.busbar.host.inbox.FileState.Submitted;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * One file in a folder: its state, the content that was applied last, and its receipt. Used by the inbox's thread.
 */
final class FolderFile {
    private static final long RETRY_NANOS = 1_000_000_000L;

    private Stamp stamp;
    private long stampedNanos = System.nanoTime();
    private long begunNanos = stampedNanos;
    private FileState state = new Appearing();
    private Content content;
    private Optional<Shown> shown = Optional.empty();

    /** The kinds of files that the inbox looks at. */
    enum Kind {
        JAR(".jar"),
        SIGNATURE(".jar.sig"),
        /** A consent to the installation of a jar. */
        ALLOW(".allow"),
        /** A distribution that other hosts of PF4J plugins take, and this one does not. */
        ZIP(".zip"),
        /** Disables a plugin. */
        DISABLED(".disabled");

        private final String suffix;

        Kind(String suffix) {
            this.suffix = suffix;
        }

        /** The kind of a file, by its name; empty where the inbox ignores it. */
        static Optional<Kind> of(String name) {
            for (Kind kind : values()) {
                if (name.endsWith(kind.suffix)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }

        /** The name of a file of this kind without its suffix. */
        String stem(String name) {
            return name.substring(0, name.length() - suffix.length());
        }
    }

    /**
     * The content of a file.
     *
     * @param sha256 the digest of a jar, or another text that changes with the content of a marker
     * @param pluginId the plugin that it has changed; empty for none
     * @param recorded whether the store has it: the next start of the host looks again at a jar that failed, or waits
     */
    record Content(String sha256, String pluginId, boolean recorded) {
        static final Content NONE = new Content("", "", true);
    }

    /** Attributes that change when a file is touched; the digest tells whether its content has changed. */
    record Stamp(long size, FileTime modified, String key) {
        static final Stamp NONE = new Stamp(-1, FileTime.fromMillis(0), "");
        static final Stamp UNREADABLE = new Stamp(-2, FileTime.fromMillis(0), "");

        static Stamp of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                if (!now.isRegularFile()) {
                    return UNREADABLE; // a pipe or a device would be read for ever
                }
                return new Stamp(now.size(), now.lastModifiedTime(), now.fileKey() + "/" + changeTime(file));
            } catch (IOException e) {
                return UNREADABLE;
            }
        }

        private static String changeTime(Path file) throws IOException {
            try {
                return String.valueOf(Files.getAttribute(file, "unix:ctime"));
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                return ""; // not a Unix file system
            }
        }
    }

    /**
     * The receipt of a file.
     *
     * @param ownFault whether it names a fault of the jar itself, which stays whatever runs
     * @param beside what ran when it was written, as a text
     */
    private record Shown(PluginState state, boolean ownFault, String beside) {
        static String beside(PluginView view) {
            return view.sha256() + " " + view.origin().fileName();
        }
    }

    private FolderFile(Stamp stamp, Content content) {
        this.stamp = stamp;
        this.content = content;
    }

    static FolderFile discovered(Stamp stamp) {
        return new FolderFile(stamp, Content.NONE);
    }

    /** A file of which only the store knows yet. */
    static FolderFile remembered(InboxStore.Entry entry) {
        return new FolderFile(Stamp.NONE, new Content(entry.sha256(), entry.pluginId(), true));
    }

    /** Returns whether a file is one that the inbox looks at: of a known kind, not hidden, and no directory. */
    static boolean counts(Path file) {
        String name = file.getFileName().toString();
        return Kind.of(name).isPresent()
                && !name.startsWith(".")
                && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns whether the text of a file's name is that of this very file. */
    static boolean hasName(Path file) {
        try {
            return file.resolveSibling(file.getFileName().toString()).equals(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    Stamp stamp() {
        return stamp;
    }

    String sha256() {
        return content.sha256();
    }

    String pluginId() {
        return content.pluginId();
    }

    /** The kind of its state now; that of one whose postponement is over is the state before. */
    Phase phase() {
        if (state instanceof Postponed postponed && System.nanoTime() - postponed.untilNanos() >= 0) {
            state = postponed.before();
        }
        return state.phase();
    }

    /** It is in the folder, and looks like this. */
    void seen(Stamp now) {
        state = state.present();
        if (!stamp.equals(now)) {
            stamp = now;
            stampedNanos = System.nanoTime();
            // The content stays until the new one is known.
            state = state instanceof Submitted submitted
                    ? new Submitted(submitted.pluginId(), new Appearing(), submitted.again())
                    : new Appearing();
        }
    }

    /** It was not in the folder in a scan; returns for how long that has been so. */
    long missed() {
        if (!(state instanceof Missing)) {
            state = new Missing(System.nanoTime(), state);
        }
        return state instanceof Missing missing ? (System.nanoTime() - missing.sinceNanos()) / 1_000_000 : 0;
    }

    /** The host begins to deal with it. */
    void begun() {
        begunNanos = System.nanoTime();
    }

    /** For how long the host has been dealing with it. */
    long tookMillis() {
        return (System.nanoTime() - begunNanos) / 1_000_000;
    }

    /** For how long it has been unchanged. */
    long ageMillis() {
        return (System.nanoTime() - stampedNanos) / 1_000_000;
    }

    /** A change of a plugin that it has requested is under way. */
    void submitted(String pluginId) {
        state = new Submitted(pluginId, state, false);
    }

    boolean isSubmitted() {
        return state instanceof Submitted;
    }

    /** Returns whether a change of a plugin that it has requested is under way. */
    boolean isSubmittedFor(String pluginId) {
        return state instanceof Submitted submitted && submitted.pluginId().equals(pluginId);
    }

    /** It was dealt with as it was seen; there is nothing more to do unless it was touched meanwhile. */
    void settled(Stamp when, Content now) {
        boolean again = state instanceof Submitted submitted && submitted.again();
        content = again ? new Content("", now.pluginId(), now.recorded()) : now;
        state = stamp.equals(when) && !again ? new Settled() : new Appearing();
    }

    /** It holds nothing that can be installed, as it is now. */
    void refused(boolean untrusted, Content now) {
        content = now;
        state = new Refused(untrusted);
    }

    /** The store has its content by now. */
    void recorded() {
        content = new Content(content.sha256(), content.pluginId(), true);
    }

    boolean isRecorded() {
        return content.recorded();
    }

    /** Leaves it alone for a while: the host could not deal with it now. */
    void postpone() {
        FileState before = state instanceof Submitted submitted ? submitted.before() : state;
        state = new Postponed(System.nanoTime() + RETRY_NANOS, before);
    }

    /** Looks at it again although it is unchanged, as soon as a change that is under way has ended. */
    void lookAgain() {
        content = new Content("", content.pluginId(), content.recorded());
        state = appearing(state);
    }

    private static FileState appearing(FileState now) {
        if (now instanceof Submitted submitted) {
            return new Submitted(submitted.pluginId(), appearing(submitted.before()), true);
        }
        if (now instanceof Missing missing) {
            return new Missing(missing.sinceNanos(), appearing(missing.before()));
        }
        return now instanceof Postponed postponed
                ? new Postponed(postponed.untilNanos(), appearing(postponed.before()))
                : new Appearing();
    }

    /** Returns whether there is nothing to do about it until it changes. */
    boolean isSettled() {
        return state.lasting() instanceof Settled || state.lasting() instanceof Refused;
    }

    /** Returns whether only the signature of a trusted signer is missing; that holds until it is looked at again. */
    boolean isUntrusted() {
        return state.lasting() instanceof Refused refused && refused.untrusted();
    }

    /** The state that its receipt names. */
    Optional<PluginState> shown() {
        return shown.map(Shown::state);
    }

    /** Returns whether its receipt says that it waits. */
    boolean isWaiting() {
        return shown().filter(PluginState.WAITING::equals).isPresent();
    }

    /** Returns whether its receipt is true beside what runs: that of its own fault is, and a refusal until that changes. */
    boolean isReceiptCurrent(PluginView view) {
        return shown.filter(it -> it.ownFault() || it.beside().equals(Shown.beside(view)))
                .isPresent();
    }

    void shown(Receipts.Receipt receipt) {
        shown = Optional.of(new Shown(receipt.state(), receipt.isOwnFault(), ""));
    }

    /** Remembers what runs beside which its receipt was written. */
    void decidedBeside(PluginView view) {
        shown = shown.map(it -> new Shown(it.state(), it.ownFault(), Shown.beside(view)));
    }
}
