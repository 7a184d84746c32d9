package dev.busbar.host.artifacts;

import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.ArtifactReader;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.store.Blobs;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.Transaction;
import dev.busbar.host.trust.Trust;
import dev.busbar.host.trust.TrustSettings;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jars of plugins by their digest, with their signatures: the persistent copy in the store, shared by all nodes, and a
 * shadow copy in the work directory, which is the one that is loaded and never written to again. A copied jar is not
 * deleted before its caller releases it. Thread-safe.
 */
public final class ArtifactStore {
    /** The max size of a jar, wherever it comes from. */
    public static final long MAX_JAR_BYTES = 512L << 20;

    private static final int BUFFER_BYTES = 64 << 10;

    private final Path incoming;
    private final Path shadows;
    private final Blobs blobs;
    private final TrustStore trustStore;
    private final SignatureCheck signatures;
    private final PublicRoutes publicRoutes;
    private final ArtifactReader reader = new ArtifactReader();
    private final Map<String, Integer> holders = new HashMap<>();

    /**
     * A copied jar.
     *
     * @param path the shadow copy
     * @param sha256 its digest
     */
    record Shadow(Path path, String sha256) {}

    /**
     * Opens the jars of a store with their signatures.
     *
     * @param work where shadow copies are
     * @param strict whether public routes without consent are refused
     */
    public static ArtifactStore open(Path work, TrustSettings trusted, boolean strict, Database database, Clock clock)
            throws IOException {
        Trust trust = new Trust(trusted, clock);
        TrustStore trustStore = new TrustStore(database);
        return new ArtifactStore(
                work,
                new Blobs(database, "artifact", clock),
                trustStore,
                new SignatureCheck(trust, trustStore),
                new PublicRoutes(trust, trustStore, strict));
    }

    private ArtifactStore(
            Path work, Blobs blobs, TrustStore trustStore, SignatureCheck signatures, PublicRoutes publicRoutes)
            throws IOException {
        this.incoming = work.resolve("incoming");
        this.shadows = work.resolve("artifacts");
        this.blobs = blobs;
        this.trustStore = trustStore;
        this.signatures = signatures;
        this.publicRoutes = publicRoutes;
        Trees.delete(incoming);
        Files.createDirectories(incoming);
        Files.createDirectories(shadows);
    }

    /**
     * Copies a jar, in one pass; it is not deleted before the admission is closed.
     *
     * @param released receives the digest when a hold on it has ended
     * @throws InvalidPluginException when it has more than {@link #MAX_JAR_BYTES}
     */
    public Admission admit(InputStream in, Consumer<String> released) throws InvalidPluginException, IOException {
        Shadow shadow = copy(in);
        return new Admission(this, shadow, () -> released.accept(shadow.sha256()));
    }

    private Shadow copy(InputStream in) throws InvalidPluginException, IOException {
        Path temporary = incoming.resolve(UUID.randomUUID() + ".jar");
        MessageDigest digest = sha256();
        try {
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(temporary), digest)) {
                copy(in, out);
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            return new Shadow(place(temporary, sha256), sha256);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The size that a file has may be wrong by the time it is read. */
    private static void copy(InputStream in, OutputStream out) throws InvalidPluginException, IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long copied = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            copied += read;
            if (copied > MAX_JAR_BYTES) {
                throw tooLarge("more than " + MAX_JAR_BYTES);
            }
            out.write(buffer, 0, read);
        }
    }

    /**
     * Rejects a jar by its size, before it is copied.
     *
     * @throws InvalidPluginException when it is too large
     */
    public static void requireSize(long bytes) throws InvalidPluginException {
        if (bytes > MAX_JAR_BYTES) {
            throw tooLarge(String.valueOf(bytes));
        }
    }

    private static InvalidPluginException tooLarge(String bytes) {
        return new InvalidPluginException(
                "it has " + bytes + " bytes (expected: at most " + MAX_JAR_BYTES + "); leave out what is no code");
    }

    private Path place(Path temporary, String sha256) throws IOException {
        Path shadow = shadow(sha256);
        synchronized (holders) {
            Files.createDirectories(shadow.getParent());
            Files.move(temporary, shadow, StandardCopyOption.ATOMIC_MOVE);
            hold(sha256);
        }
        return shadow;
    }

    void hold(String sha256) {
        synchronized (holders) {
            holders.merge(sha256, 1, Integer::sum);
        }
    }

    void release(String sha256) {
        synchronized (holders) {
            holders.computeIfPresent(sha256, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Deletes the shadow copy of a jar, unless it is held; the copy in the store stays. */
    public void deleteShadow(String sha256) throws IOException {
        synchronized (holders) {
            if (!holders.containsKey(sha256)) {
                Trees.delete(shadows.resolve(sha256));
                trustStore.forget(sha256);
            }
        }
    }

    /** The digests of the jars of which there is a shadow copy. */
    public Set<String> shadows() throws IOException {
        try (Stream<Path> found = Files.list(shadows)) {
            return found.map(folder -> folder.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    /** Reads the signatures of jars and the consents to them, so that each is found while the store is unavailable. */
    public void remember(Set<String> digests) {
        trustStore.remember(digests);
    }

    /** The digests of the jars in the store that no node has stored, or begun to use, since a point in time. */
    public Set<String> unusedSince(Instant since) {
        return Set.copyOf(blobs.names(since));
    }

    /**
     * Deletes a jar from the store with its signature and consents, unless any node has stored or used it since a point in
     * time, or it is referred to.
     */
    public void deleteStored(String sha256, Instant unusedSince, Transaction.Work<Boolean> isReferenced) {
        boolean unused = blobs.delete(sha256, unusedSince, transaction -> {
            boolean referenced = isReferenced.in(transaction);
            if (!referenced) {
                trustStore.delete(transaction, sha256);
            }
            return referenced;
        });
    }

    /** Keeps a jar that may be in the store already, with its signature, from being deleted as unused. */
    public void touch(String sha256) {
        boolean unused = blobs.touch(sha256);
    }

    /** Checks a shadow copy and stores it: there it outlives the work directory, and other nodes find it. */
    Artifact accept(Shadow shadow, Optional<String> signature) throws InvalidPluginException, IOException {
        touch(shadow.sha256());
        // The decision is made on the name that the jar claims, so that nobody else makes the host read all its
        // classes.
        SignatureCheck.Decision decision = signatures.decide(reader.name(shadow.path()), shadow.sha256(), signature);
        Artifact artifact = decision.noted(reader.read(shadow.path(), shadow.sha256()));
        signatures.keep(decision);
        keep(artifact);
        return artifact;
    }

    /** Stores a shadow copy. */
    public void keep(Artifact artifact) throws IOException {
        try (InputStream in = Files.newInputStream(artifact.path())) {
            blobs.put(artifact.sha256(), in);
        }
    }

    /**
     * Repeats the trust decision about a jar before its start: the operator may trust other signers by now.
     *
     * @throws InvalidPluginException when it has no signature of a trusted signer
     */
    public Artifact requireTrusted(Artifact artifact) throws InvalidPluginException {
        return signatures.again(artifact);
    }

    /** A text that changes when other signers are trusted. */
    public String trustFingerprint() {
        return signatures.fingerprint();
    }

    /** Stores another signature of a known jar if it is valid; what runs continues either way. */
    public void renewSignature(String pluginId, String sha256, String signature) {
        signatures.renew(pluginId, sha256, signature);
    }

    /** Records the operator's consent to whatever public routes a jar declares at its next start. */
    public void consentToPublicRoutes(String sha256) {
        publicRoutes.consent(sha256);
    }

    /**
     * Decides whether a started jar may serve its public routes, by the consents to it and to what shall run now.
     *
     * @param before the digest of what shall run now
     */
    public Exposure exposure(String pluginId, String sha256, Optional<String> before, List<Route> routes) {
        return publicRoutes.check(pluginId, sha256, before, routes);
    }

    /**
     * The artifact of a digest, from its shadow copy or, where that is gone or damaged, from the store.
     *
     * @throws InvalidPluginException when it can no longer be loaded, or no longer has a signature of a trusted signer
     */
    public Artifact find(String sha256) throws InvalidPluginException, IOException {
        return signatures.again(reader.readAdmitted(fetch(sha256), sha256));
    }

    /** The shadow copy of a digest; copied from the store where it is missing or damaged. */
    public Path fetch(String sha256) throws InvalidPluginException, IOException {
        Path shadow = shadow(sha256);
        if (!Files.exists(shadow) || !digest(shadow).equals(sha256)) {
            Files.deleteIfExists(shadow);
            try (InputStream in = blobs.open(sha256)
                    .orElseThrow(
                            () -> new InvalidPluginException("its jar " + sha256 + " is no longer in the store"))) {
                release(copy(in).sha256());
            }
        }
        return shadow;
    }

    private Path shadow(String sha256) {
        return shadows.resolve(sha256).resolve("plugin.jar");
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
