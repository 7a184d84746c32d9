package dev.busbar.host.trust;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Trust decisions on jars, based on the current files of trusted signers and bundled digests. An invalid signer file is
 * ignored and logged once. Thread-safe.
 */
public final class Trust {
    private final TrustSettings settings;
    private final Signers signers;
    private final BundledDigests bundled;
    private final Clock clock;
    private final Complaints signerComplaints = new Complaints();

    /** Trusts the signers of the settings. */
    public Trust(TrustSettings settings, Clock clock) {
        this.settings = settings;
        this.signers = new Signers(settings.signers());
        this.bundled = new BundledDigests(settings.bundled(), settings.remembered());
        this.clock = clock;
    }

    /** The faults of the files, each with its expectation; a host does not start with any. */
    public static Map<Path, String> faults(TrustSettings settings) {
        Map<Path, String> faults = new TreeMap<>();
        new Signers(settings.signers()).read().faults().forEach(fault -> faults.put(fault.file(), fault.expectation()));
        new DigestList(settings.bundled())
                .read()
                .fault()
                .ifPresent(fault -> faults.put(fault.file(), fault.expectation()));
        return faults;
    }

    /** Whether a text has the form of a {@code .sig} file, whether or not its signatures verify. */
    public static boolean isSignature(String text) {
        try {
            return !SignatureLine.parseAll(text).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The policy for a jar without a trusted signature. */
    public TrustSettings.Policy policy() {
        return settings.signatures();
    }

    /** Whether the operator has approved any public routes of a plugin. */
    public boolean mayBePublic(String pluginId) {
        return settings.publicRoutes().stream()
                .anyMatch(pattern -> IdPattern.of(pattern).matches(pluginId));
    }

    /** Whether a jar is bundled with the host, or was with an earlier distribution on this data directory. */
    public boolean isBundled(String sha256) {
        return bundled.contains(sha256);
    }

    /**
     * The trust decision on a jar.
     *
     * @param pluginId the plugin id in its manifest
     * @param sha256 its digest
     * @param signature the content of its {@code .sig} file; empty if there is none
     */
    public Verdict judge(String pluginId, String sha256, Optional<String> signature) {
        if (isBundled(sha256)) {
            return new Verdict(Verdict.Kind.BUNDLED, "it is bundled with the host");
        }
        List<Signer> trusted = trusted();
        if (signature.isEmpty()) {
            return new Verdict(
                    Verdict.Kind.UNSIGNED,
                    "it waits for a signature of " + whoMaySign(trusted, pluginId)
                            + ": put <jar>.sig beside it, or upload it with the header Busbar-Signature");
        }
        List<SignatureLine> lines;
        try {
            lines = SignatureLine.parseAll(signature.get());
        } catch (IllegalArgumentException e) {
            return Verdict.wrong("its signature cannot be read: " + e.getMessage() + "; sign the jar again");
        }
        return lines.stream()
                .map(line -> judge(pluginId, sha256, line, trusted))
                .min(Comparator.comparing(Verdict::kind))
                .orElseThrow();
    }

    private Verdict judge(String pluginId, String sha256, SignatureLine line, List<Signer> trusted) {
        List<Signer> named = trusted.stream()
                .filter(signer -> signer.keyId().equals(line.keyId()))
                .toList();
        if (named.isEmpty()) {
            return Verdict.wrong("it is signed with the key " + line.keyId() + ", which is not trusted here; have it"
                    + " signed by " + whoMaySign(trusted, pluginId) + ", or put that key into " + settings.signers());
        }
        List<Verdict> verdicts = new ArrayList<>();
        named.forEach(signer -> verdicts.add(judge(pluginId, sha256, line, signer)));
        return verdicts.stream().min(Comparator.comparing(Verdict::kind)).orElseThrow();
    }

    private Verdict judge(String pluginId, String sha256, SignatureLine line, Signer signer) {
        if (!Ed25519.verifies(signer.key(), sha256, line.base64())) {
            return Verdict.wrong("its signature is not by " + signer.name()
                    + " over these bytes: the jar was modified, or the signature is for another jar; copy both again");
        }
        if (!signer.maySign(pluginId)) {
            return Verdict.wrong("it is signed by " + signer.name() + ", who may sign " + signer.scope() + " and not "
                    + pluginId + "; have it signed by an authorised signer, or change that signer's file");
        }
        if (signer.isExpired(clock.instant())) {
            return Verdict.wrong("it is signed by " + signer.name() + ", whose key expired at "
                    + signer.notAfter().orElseThrow() + "; have it signed with a valid key");
        }
        return new Verdict(Verdict.Kind.SIGNED, "it is signed by " + signer.name());
    }

    private String whoMaySign(List<Signer> trusted, String pluginId) {
        String names = trusted.stream()
                .filter(signer -> signer.maySign(pluginId) && !signer.isExpired(clock.instant()))
                .map(Signer::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        return names.isEmpty() ? "a signer trusted for " + pluginId + " (none in " + settings.signers() + ")" : names;
    }

    private List<Signer> trusted() {
        Signers.Read read = signers.read();
        signerComplaints.log(read.faults());
        return read.signers();
    }

    /** A text that differs after any change of the signers. */
    public String fingerprint() {
        return signers.fingerprint();
    }
}
