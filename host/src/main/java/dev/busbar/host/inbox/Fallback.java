package dev.busbar.host.inbox;

import dev.busbar.host.artifacts.Admission;
import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.lifecycle.FolderChanges;
import dev.busbar.host.lifecycle.PluginView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A jar that may replace one that is gone, and a hold on it. Immutable. */
record Fallback(Admission admission, Artifact artifact, Origin origin, boolean publicRoutes) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fallback.class);

    /**
     * The jars that can still be read, the highest version first; the caller closes each.
     *
     * @param consents whether {@code .allow} files count
     */
    static List<Fallback> sorted(Map<Origin, Path> jars, boolean consents, FolderChanges plugins) {
        List<Fallback> readable = new ArrayList<>();
        jars.forEach((origin, file) -> {
            try {
                readable.add(read(origin, file, consents, plugins));
            } catch (IOException | InvalidPluginException e) {
                LOG.warn("{}: cannot take the place of a jar that is gone ({})", origin.fileName(), e.toString());
            }
        });
        readable.sort(
                Comparator.comparing((Fallback jar) -> jar.artifact().version()).reversed());
        return readable;
    }

    private static Fallback read(Origin origin, Path file, boolean consents, FolderChanges plugins)
            throws IOException, InvalidPluginException {
        Path allow = file.resolveSibling(file.getFileName() + ".allow");
        Path signature = file.resolveSibling(file.getFileName() + ".sig");
        ArtifactStore.requireSize(Files.size(file));
        try (InputStream in = Files.newInputStream(file);
                Admission admission = plugins.admit(in)) {
            Artifact artifact = admission.check(Companion.read(signature));
            boolean publicRoutes = consents && Companion.consent(allow).publicRoutes();
            return new Fallback(admission.retain(), artifact, origin, publicRoutes);
        }
    }

    /** Installs it in the place of the file that is gone. */
    CompletableFuture<PluginView> replace(Origin gone, FolderChanges plugins) {
        return plugins.replace(gone, artifact, origin, publicRoutes);
    }

    @Override
    public void close() {
        admission.close();
    }
}
