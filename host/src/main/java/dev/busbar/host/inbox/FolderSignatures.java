package dev.busbar.host.inbox;

import dev.busbar.host.lifecycle.FolderChanges;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.trust.Trust;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The signatures beside the jars of one folder: {@code x.jar.sig} belongs to {@code x.jar}, whichever comes first. A jar
 * that was refused for its signature is looked at again when that changes, and when other signers are trusted. Used by
 * the inbox's thread.
 */
final class FolderSignatures {
    private static final String SIGNATURE = ".sig";
    private static final long INCOMPLETE_MILLIS = 2_000;

    private final Path folder;
    private final Map<String, FolderFile> files;
    private final FolderChanges plugins;
    private @Nullable String trusted;

    /**
     * The signatures of a folder.
     *
     * @param files the files of the folder, by name
     */
    FolderSignatures(Path folder, Map<String, FolderFile> files, FolderChanges plugins) {
        this.folder = folder;
        this.files = files;
        this.plugins = plugins;
    }

    /** A scan begins: if other signers are trusted by now, jars that were refused are looked at again. */
    void scan() {
        String before = trusted;
        trusted = plugins.trustFingerprint();
        if (before != null && !before.equals(trusted)) {
            List.copyOf(files.keySet()).stream()
                    .filter(name -> name.endsWith(".jar"))
                    .forEach(this::lookAgain);
        }
    }

    /** Looks at a signature that is unchanged; returns whether there is nothing more to do about it now. */
    boolean look(Path file, String name, FolderFile known) {
        Optional<String> content = Companion.read(file);
        boolean whole = content.map(Trust::isSignature).orElse(true);
        if (!whole && known.ageMillis() < INCOMPLETE_MILLIS) {
            return false;
        }
        String seen = content.orElse("");
        boolean changed = !seen.equals(known.sha256());
        known.settled(known.stamp(), new FolderFile.Content(seen, "", true));
        return !changed || !news(jarOf(name), content);
    }

    /** Returns whether the jar has to be looked at again. */
    private boolean news(String jarName, Optional<String> content) {
        FolderFile jar = files.get(jarName);
        if (jar == null || !jar.isSettled()) {
            return false; // it is looked at by itself, with this signature
        }
        if (lookAgain(jarName)) {
            return true;
        }
        if (!jar.pluginId().isEmpty() && !jar.sha256().isEmpty()) {
            content.ifPresent(signature -> plugins.renewSignature(jar.pluginId(), jar.sha256(), signature));
        }
        return false;
    }

    private boolean lookAgain(String jarName) {
        FolderFile jar = files.get(jarName);
        if (jar == null || !(jar.isUntrusted() || isDown(jar))) {
            return false;
        }
        jar.lookAgain();
        return true;
    }

    /** Returns whether this very jar is installed, but waits or is rejected. */
    private boolean isDown(FolderFile jar) {
        return plugins.find(jar.pluginId())
                .filter(view -> view.sha256().equals(jar.sha256()) && view.generation() == 0)
                .filter(view -> view.state() == PluginState.WAITING || view.state() == PluginState.REJECTED)
                .isPresent();
    }

    private static String jarOf(String name) {
        return name.substring(0, name.length() - SIGNATURE.length());
    }

    /** Returns whether the signature of a jar was seen and has yet to be looked at: the jar waits for that. */
    boolean isComing(String jarName) {
        FolderFile signature = files.get(jarName + SIGNATURE);
        return signature != null && !signature.isSettled();
    }

    /** The signature beside a jar. */
    Optional<String> beside(String jarName) {
        return Companion.read(folder.resolve(jarName + SIGNATURE));
    }

    /** A file is gone. */
    void gone(String name) {
        if (name.endsWith(SIGNATURE)) {
            boolean unused = lookAgain(jarOf(name));
        }
    }
}
