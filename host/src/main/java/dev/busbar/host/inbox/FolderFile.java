package dev.busbar.host.inbox;

import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What is known of one file in a folder: what it held when it was last dealt with, and how it looks now. Used by the
 * inbox's thread.
 */
final class FolderFile {
    private static final long RETRY_NANOS = 1_000_000_000L;

    /** Tells whether a file was touched; the digest says whether it has changed. */
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

    private Stamp stamp;
    private long stampedNanos = System.nanoTime();
    private long missingSinceNanos;
    private boolean missing;
    private Optional<PluginState> shown = Optional.empty();
    private boolean atFault;
    private String decidedBeside = "";
    private boolean dealtWith;
    private boolean open;
    private boolean untrusted;
    private long notBeforeNanos = System.nanoTime();
    private String sha256;
    private String pluginId;

    private FolderFile(Stamp stamp, String sha256, String pluginId) {
        this.stamp = stamp;
        this.sha256 = sha256;
        this.pluginId = pluginId;
    }

    static FolderFile discovered(Stamp stamp) {
        return new FolderFile(stamp, "", "");
    }

    /** A file of which only the store knows yet. */
    static FolderFile remembered(InboxStore.Entry entry) {
        return new FolderFile(Stamp.NONE, entry.sha256(), entry.pluginId());
    }

    /** Whether a file is one that the inbox looks at: a jar, its signature or a marker, not hidden, whole by its name. */
    static boolean counts(Path file) {
        String name = file.getFileName().toString();
        boolean known = name.endsWith(".jar")
                || name.endsWith(".jar.sig")
                || name.endsWith(".disabled")
                || name.endsWith(".allow");
        return known && !name.startsWith(".") && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    }

    Stamp stamp() {
        return stamp;
    }

    /** It was touched: its old content is remembered until the new one is known. */
    void touched(Stamp now) {
        stamp = now;
        stampedNanos = System.nanoTime();
        dealtWith = false;
        untrusted = false;
        notBeforeNanos = stampedNanos;
    }

    boolean isDealtWith() {
        return dealtWith;
    }

    /** Remembers what it holds; there is nothing more to do unless it was touched meanwhile. */
    void dealtWith(Stamp seen, String digest, String plugin) {
        dealtWith = stamp.equals(seen);
        sha256 = digest;
        pluginId = plugin;
    }

    /** Says whether the store does not know its digest yet: it failed, or waits. */
    void open(boolean value) {
        open = value;
    }

    boolean isOpen() {
        return open;
    }

    /** It was refused because nobody trusted vouches for it; that holds until it is looked at again. */
    void untrusted() {
        untrusted = true;
    }

    boolean isUntrusted() {
        return untrusted;
    }

    /** Has it looked at again, although nothing about it has changed. */
    void lookAgain() {
        dealtWith = false;
        untrusted = false;
        sha256 = "";
    }

    /** Leaves it alone for a while: the host could not deal with it now. */
    void postpone() {
        notBeforeNanos = System.nanoTime() + RETRY_NANOS;
    }

    boolean isPostponed() {
        return System.nanoTime() - notBeforeNanos < 0;
    }

    /** The state that its receipt names. */
    Optional<PluginState> shown() {
        return shown;
    }

    /** Whether its receipt says that it waits for a platform. */
    boolean isWaiting() {
        return shown.filter(PluginState.WAITING::equals).isPresent();
    }

    /** Whether its receipt is still true beside what runs: its own faults stay, and a refusal while nothing changes. */
    boolean stands(PluginView view) {
        return atFault || decidedBeside.equals(key(view));
    }

    void shown(Receipts.Receipt receipt) {
        shown = Optional.of(receipt.state());
        atFault = receipt.isOwnFault();
        decidedBeside = "";
    }

    /** What runs now that it was decided about. */
    void decidedBeside(PluginView view) {
        decidedBeside = key(view);
    }

    private static String key(PluginView view) {
        return view.sha256() + " " + view.origin().fileName();
    }

    String sha256() {
        return sha256;
    }

    String pluginId() {
        return pluginId;
    }

    void seen() {
        missing = false;
    }

    /** It was not there in a scan; answers for how long that has been so. */
    long missingMillis() {
        if (!missing) {
            missing = true;
            missingSinceNanos = System.nanoTime();
        }
        return (System.nanoTime() - missingSinceNanos) / 1_000_000;
    }

    /** For how long it has stood still. */
    long ageMillis() {
        return (System.nanoTime() - stampedNanos) / 1_000_000;
    }
}
