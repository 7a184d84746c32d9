package dev.busbar.host.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** What is known of one file in a folder. Used by the folder's thread. */
final class FolderFile {
    /** Tells whether a file was touched; the digest says whether it has changed. */
    record Stamp(long size, FileTime modified, String key) {
        static final Stamp NONE = new Stamp(-1, FileTime.fromMillis(0), "");

        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object changed = Files.getFileStore(file).supportsFileAttributeView("unix")
                    ? Files.getAttribute(file, "unix:ctime")
                    : "";
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey() + "/" + changed);
        }
    }

    private static final long RETRY_NANOS = 1_000_000_000L;

    private final long firstSeenNanos = System.nanoTime();
    private Stamp stamp;
    private boolean dealtWith;
    private int missed;
    private String sha256;
    private String pluginId;
    private boolean consentToDowngrade;
    private long notBeforeNanos = System.nanoTime();

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

    /** The same file, touched: its old content is remembered until the new one is known. */
    FolderFile touched(Stamp now) {
        return new FolderFile(now, sha256, pluginId);
    }

    Stamp stamp() {
        return stamp;
    }

    boolean isDealtWith() {
        return dealtWith;
    }

    void dealtWith(String digest, String plugin) {
        dealtWith = true;
        sha256 = digest;
        pluginId = plugin;
    }

    /** Has it looked at again, although nothing about it has changed. */
    void lookAgain(boolean allowDowngrade) {
        dealtWith = false;
        sha256 = "";
        consentToDowngrade = allowDowngrade;
    }

    /** Leaves it alone for a while: the host could not deal with it now. */
    void postpone() {
        notBeforeNanos = System.nanoTime() + RETRY_NANOS;
    }

    boolean isPostponed() {
        return System.nanoTime() - notBeforeNanos < 0;
    }

    boolean consentToDowngrade() {
        return consentToDowngrade;
    }

    String sha256() {
        return sha256;
    }

    String pluginId() {
        return pluginId;
    }

    void seen() {
        missed = 0;
    }

    /** Counts one scan in which it was not there. */
    int missed() {
        return ++missed;
    }

    /** For how long it has stood still: each touch makes a new one of these. */
    long ageMillis() {
        return (System.nanoTime() - firstSeenNanos) / 1_000_000;
    }
}
