package dev.busbar.host.lifecycle;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.RejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A jar that may take the place of one that is gone. Immutable. */
record Fallback(Artifact artifact, Origin origin, boolean mayBePublic) {
    private static final Logger LOG = LoggerFactory.getLogger(Fallback.class);

    /** The jars that can still be read, the highest version first; the caller lets go of each in {@code plugins}. */
    static List<Fallback> sorted(Map<Origin, Path> jars, Plugins plugins) {
        List<Fallback> readable = new ArrayList<>();
        jars.forEach((origin, file) -> {
            try {
                Artifact artifact = read(file, plugins);
                Consent beside = Consent.beside(file.resolveSibling(file.getFileName() + ".allow"));
                readable.add(new Fallback(artifact, origin, beside.publicRoutes()));
            } catch (IOException | RejectedException e) {
                LOG.warn("{}: cannot take the place of a jar that is gone ({})", origin.fileName(), e.toString());
            }
        });
        readable.sort(
                Comparator.comparing((Fallback jar) -> jar.artifact().version()).reversed());
        return readable;
    }

    private static Artifact read(Path file, Plugins plugins) throws IOException, RejectedException {
        try (InputStream in = Files.newInputStream(file)) {
            ArtifactStore.Shadow shadow = plugins.copy(in);
            try {
                return plugins.read(shadow, FolderSignatures.read(file.resolveSibling(file.getFileName() + ".sig")));
            } catch (RejectedException | IOException e) {
                plugins.letGo(shadow.sha256());
                throw e;
            }
        }
    }

    /** Lower than what is gone it may be: whoever took that away has consented. */
    Intent intent(Origin gone) {
        return new Intent.Install(artifact, origin, new Consent(true, false, mayBePublic), true, Optional.of(gone));
    }
}
