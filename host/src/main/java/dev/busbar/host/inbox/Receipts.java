package dev.busbar.host.inbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.node.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the receipt beside each jar, {@code <jar>.status.json}, atomically. Where the folder cannot be written, a line in
 * the log says so once, and there are no receipts. Used by the folder's thread.
 */
final class Receipts {
    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);
    private static final JsonFactory JSON = new JsonFactory();

    /** A name that leaves room for that of the receipt, in a file system that allows 255. */
    private static final int MAX_NAME_BYTES = 190;

    private final Path folder;
    private final Node node;
    private final Clock clock;
    private boolean complained;

    /**
     * A jar of which not more is known than what it claims.
     *
     * @param claimed the name in its manifest; empty where that cannot be read
     * @param sha256 its digest; empty where it was not read
     */
    record Jar(Optional<Artifact.Name> claimed, String sha256) {}

    /**
     * The receipt of a jar.
     *
     * @param reason what an operator should do; empty when all is well
     * @param tookMillis the time of the work: of the checks with the start, or of the last start
     * @param notes information that needs no action
     * @param isOwnFault whether it names a fault of the jar itself, which stays whatever runs
     */
    record Receipt(
            PluginState state,
            String plugin,
            String version,
            String sha256,
            long generation,
            Optional<String> reason,
            int routes,
            long tookMillis,
            List<String> notes,
            boolean isOwnFault) {
        static Receipt of(PluginView view, long tookMillis) {
            return new Receipt(
                    view.state(),
                    view.id(),
                    view.version(),
                    view.sha256(),
                    view.generation(),
                    view.reason(),
                    view.routes().size(),
                    tookMillis,
                    view.notes(),
                    view.state() == PluginState.FAILED);
        }

        /** The receipt of a jar that was not accepted. */
        static Receipt refused(PluginState state, Artifact artifact, String reason, long tookMillis) {
            return new Receipt(
                    state,
                    artifact.id(),
                    artifact.version().toString(),
                    artifact.sha256(),
                    0,
                    Optional.of(reason),
                    0,
                    tookMillis,
                    artifact.classes().notes(),
                    state == PluginState.FAILED);
        }

        /** The receipt of a jar that no trusted signer has signed. */
        static Receipt refused(PluginState state, Jar jar, String reason, long tookMillis) {
            return of(jar, state, reason, tookMillis, false);
        }

        /** The receipt of a file that cannot be read as a plugin. */
        static Receipt rejected(Jar jar, String reason, long tookMillis) {
            return of(jar, PluginState.REJECTED, reason, tookMillis, true);
        }

        private static Receipt of(Jar jar, PluginState state, String reason, long tookMillis, boolean isOwnFault) {
            String plugin = jar.claimed().map(Artifact.Name::id).orElse("");
            String version = jar.claimed().map(Artifact.Name::version).orElse("");
            Optional<String> why = Optional.of(reason);
            return new Receipt(state, plugin, version, jar.sha256(), 0, why, 0, tookMillis, List.of(), isOwnFault);
        }

        /** Returns whether the jar was not accepted, or waits to be. */
        boolean isUnaccepted() {
            return generation == 0
                    && (state == PluginState.REJECTED || state == PluginState.WAITING || state == PluginState.FAILED);
        }

        /** The jar as a plugin that does not run. */
        PluginView view(Origin origin) {
            return new PluginView(
                    plugin,
                    version,
                    sha256,
                    state,
                    reason,
                    generation,
                    origin,
                    new PluginView.About("", "", ""),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    notes,
                    Duration.ofMillis(tookMillis));
        }

        /** The receipt of a jar whose plugin runs from another one, or was removed. */
        static Receipt replaced(PluginView view, FolderFile jar) {
            boolean removed = view.state() == PluginState.RETIRED;
            boolean everRan = jar.shown().orElse(PluginState.RETIRED) != PluginState.REJECTED;
            String place = view.origin().fileName().isEmpty()
                    ? "the admin API"
                    : view.origin().fileName();
            String reason = removed
                    ? "it was removed; replace the file to install it again"
                    : instead(view, "version " + view.version() + " from " + place);
            PluginState state = removed || everRan ? PluginState.RETIRED : PluginState.REJECTED;
            return new Receipt(state, view.id(), "", jar.sha256(), 0, Optional.of(reason), 0, 0, List.of(), false);
        }
    }

    private static String instead(PluginView view, String version) {
        return view.state() == PluginState.ACTIVE
                ? view.reason().orElse(version + " runs in its place")
                : version + " has replaced it, and is " + view.state();
    }

    Receipts(Path folder, Node node, Clock clock) {
        this.folder = folder;
        this.node = node;
        this.clock = clock;
    }

    /** Returns whether a jar may have a receipt. */
    static boolean fits(String jar) {
        return jar.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES;
    }

    void write(String jar, Receipt receipt) {
        if (!fits(jar)) {
            return;
        }
        Path target = folder.resolve(jar + ".status.json");
        // Two nodes may share a folder, and others may write it: nobody can foresee this name.
        Path temporary = folder.resolve("." + UUID.randomUUID() + ".status.tmp");
        try {
            try (OutputStream out =
                            Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    JsonGenerator json = JSON.createGenerator(out)) {
                write(json, receipt);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            complain(e);
            delete(temporary);
        }
    }

    void remove(String jar) {
        delete(folder.resolve(jar + ".status.json"));
    }

    private void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException e) {
        if (!complained) {
            complained = true;
            LOG.warn(
                    "plugin folder {} cannot be written; plugins are served without receipts ({})",
                    folder,
                    e.toString());
        }
    }

    private void write(JsonGenerator json, Receipt receipt) throws IOException {
        json.writeStartObject();
        json.writeStringField("state", receipt.state().name());
        json.writeStringField("plugin", receipt.plugin());
        json.writeStringField("version", receipt.version());
        json.writeStringField("sha256", receipt.sha256());
        json.writeNumberField("generation", receipt.generation());
        json.writeFieldName("reason");
        if (receipt.reason().isPresent()) {
            json.writeString(receipt.reason().get());
        } else {
            json.writeNull();
        }
        json.writeNumberField("routes", receipt.routes());
        json.writeStringField("node", node.name());
        json.writeNumberField("tookMillis", receipt.tookMillis());
        json.writeStringField("at", clock.instant().toString());
        json.writeArrayFieldStart("notes");
        for (String note : receipt.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
