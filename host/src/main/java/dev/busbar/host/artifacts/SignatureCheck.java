package dev.busbar.host.artifacts;

import dev.busbar.host.artifacts.TrustStore.Provenance;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.trust.Trust;
import dev.busbar.host.trust.TrustSettings.Policy;
import dev.busbar.host.trust.Verdict;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trust decision about a jar, by its signatures and the digests of bundled jars, never by what the store says of it:
 * made when it is copied and again before each start, because the
 * operator may trust other signers by then. The signature is stored with the jar. Thread-safe.
 */
final class SignatureCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SignatureCheck.class);

    private final Trust trust;
    private final TrustStore store;

    SignatureCheck(Trust trust, TrustStore store) {
        this.trust = trust;
        this.store = store;
    }

    /**
     * The decision to admit a jar.
     *
     * @param before the provenance in the store
     * @param now the provenance to store when the jar has passed the other checks
     * @param verdict the verdict on its signatures
     * @param note a note for the operator; empty for none
     */
    record Decision(String sha256, Provenance before, Provenance now, Verdict verdict, String note) {
        /** The artifact, with the note. */
        Artifact noted(Artifact artifact) {
            return note.isEmpty() ? artifact : artifact.noting(note);
        }
    }

    /**
     * Decides whether to admit a jar, by the name that it claims.
     *
     * @param signature the content of the {@code .sig} file that came with it; a stored signature counts too
     * @throws InvalidPluginException when signatures are required and none is sufficient
     */
    Decision decide(Artifact.Name name, String sha256, Optional<String> signature) throws InvalidPluginException {
        Provenance before = store.provenance(sha256);
        Verdict verdict = trust.judge(name.id(), sha256, signature);
        if (!verdict.isGood() && before.signature().isPresent()) {
            Verdict earlier = trust.judge(name.id(), sha256, before.signature());
            if (earlier.isGood() || signature.isEmpty()) {
                return new Decision(sha256, before, before, earlier, note(name, earlier));
            }
        }
        return new Decision(sha256, before, provenance(before, signature), verdict, note(name, verdict));
    }

    /** Stores the signature of a jar that is admitted. */
    void keep(Decision decision) {
        if (!decision.now().equals(decision.before())) {
            store.put(decision.sha256(), decision.now());
        }
    }

    /** Repeats the decision about an admitted jar, before it is started again. */
    Artifact again(Artifact artifact) throws InvalidPluginException {
        Optional<String> stored = store.provenance(artifact.sha256()).signature();
        Verdict verdict = trust.judge(artifact.id(), artifact.sha256(), stored);
        try {
            String note = note(artifact.name(), verdict);
            return note.isEmpty() ? artifact : artifact.noting(note);
        } catch (InvalidPluginException e) {
            throw e.about(artifact);
        }
    }

    /** The note about a jar that is allowed; empty for none. */
    private String note(Artifact.Name name, Verdict verdict) throws InvalidPluginException {
        if (verdict.isGood() || trust.policy() == Policy.OFF) {
            return "";
        }
        if (trust.policy() == Policy.WARN) {
            return "where signatures are required it would not be loaded: " + verdict.reason();
        }
        throw verdict.kind() == Verdict.Kind.UNSIGNED
                ? InvalidPluginException.unsigned(verdict.reason(), name)
                : InvalidPluginException.untrusted(verdict.reason(), name);
    }

    private static Provenance provenance(Provenance before, Optional<String> signature) {
        return new Provenance(signature.filter(Trust::isSignature).or(before::signature));
    }

    /** Stores another signature of a known jar if it is valid; what runs continues either way. */
    void renew(String pluginId, String sha256, String signature) {
        Provenance before = store.provenance(sha256);
        Verdict verdict = trust.judge(pluginId, sha256, Optional.of(signature));
        if (verdict.isGood() || trust.policy() == Policy.OFF) {
            Provenance now = provenance(before, Optional.of(signature));
            keep(new Decision(sha256, before, now, verdict, ""));
        } else {
            LOG.info("plugin {}: another signature of what runs is not stored ({})", pluginId, verdict.reason());
        }
    }

    /** A text that changes with the trusted signers. */
    String fingerprint() {
        return trust.policy() == Policy.OFF ? "" : trust.fingerprint();
    }
}
