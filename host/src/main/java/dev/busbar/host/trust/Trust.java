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
 * Whom an operator trusts, as the files say at this moment. A signer file that is not in order counts for nothing and is
 * named in the log once. Safe for any number of threads.
 */
public final class Trust {
    private final TrustSettings settings;
    private final Signers signers;
    private final DigestList bundled;
    private final Clock clock;
    private final Complaints signerComplaints = new Complaints();
    private final Complaints listComplaints = new Complaints();

    /** Trusts whom the settings name. */
    public Trust(TrustSettings settings, Clock clock) {
        this.settings = settings;
        this.signers = new Signers(settings.signers());
        this.bundled = new DigestList(settings.bundled());
        this.clock = clock;
    }

    /** What is not in order, each file with what was expected of it: a host does not begin with that. */
    public static Map<Path, String> faults(TrustSettings settings) {
        Map<Path, String> faults = new TreeMap<>();
        new Signers(settings.signers()).read().faults().forEach(fault -> faults.put(fault.file(), fault.expectation()));
        new DigestList(settings.bundled())
                .read()
                .fault()
                .ifPresent(fault -> faults.put(fault.file(), fault.expectation()));
        return faults;
    }

    /** Whether a text is the content of a {@code .sig} file, whoever may have written it. */
    public static boolean isSignature(String text) {
        try {
            return !SignatureLine.parseAll(text).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What is done about a jar that nobody trusted vouches for. */
    public TrustSettings.Policy policy() {
        return settings.signatures();
    }

    /** Whether the operator has consented to whatever public routes a plugin declares. */
    public boolean mayBePublic(String pluginId) {
        return settings.publicRoutes().stream()
                .anyMatch(pattern -> IdPattern.of(pattern).fits(pluginId));
    }

    /** Whether a jar came with the host. */
    public boolean isBundled(String sha256) {
        DigestList.Read read = bundled.read();
        listComplaints.seen(read.fault().stream().toList());
        return read.digests().contains(sha256);
    }

    /**
     * Whether somebody trusted vouches for a jar.
     *
     * @param pluginId which plugin it says it is
     * @param sha256 its digest
     * @param signature the content of its {@code .sig} file; empty when there is none
     */
    public Verdict judge(String pluginId, String sha256, Optional<String> signature) {
        if (isBundled(sha256)) {
            return new Verdict(Verdict.Kind.BUNDLED, "it came with the host");
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
        if (!Ed25519.isBy(signer.key(), sha256, line.base64())) {
            return Verdict.wrong(
                    "its signature is not one of " + signer.name()
                            + " over these bytes: the jar was changed, or the signature belongs to another one; copy both again");
        }
        if (!signer.maySign(pluginId)) {
            return Verdict.wrong("it is signed by " + signer.name() + ", who may sign " + signer.scope() + " and not "
                    + pluginId + "; have it signed by somebody who may, or change that signer's file");
        }
        if (signer.isOver(clock.instant())) {
            return Verdict.wrong("it is signed by " + signer.name() + ", whose signatures count no more since "
                    + signer.notAfter().orElseThrow() + "; have it signed with a key that does");
        }
        return new Verdict(Verdict.Kind.SIGNED, "it is signed by " + signer.name());
    }

    private String whoMaySign(List<Signer> trusted, String pluginId) {
        String names = trusted.stream()
                .filter(signer -> signer.maySign(pluginId) && !signer.isOver(clock.instant()))
                .map(Signer::name)
                .distinct()
                .sorted()
                .collect(Collectors.joining(" or "));
        return names.isEmpty()
                ? "somebody trusted for " + pluginId + " (nobody is, in " + settings.signers() + ")"
                : names;
    }

    private List<Signer> trusted() {
        Signers.Read read = signers.read();
        signerComplaints.seen(read.faults());
        return read.signers();
    }

    /** Another text as soon as something about the signers has changed. */
    public String fingerprint() {
        return signers.fingerprint();
    }
}
