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
 * The trust decision about a jar, by its signatures: made when it is copied and again before each start, because the
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
     * Admits a jar and stores its signature, if the trust decision allows it.
     *
     * @param signature the content of the {@code .sig} file that came with it; a stored signature counts too
     * @return the artifact, with a note where signatures are not required and none is sufficient
     * @throws InvalidPluginException when signatures are required and none is sufficient
     */
    Artifact admit(Artifact artifact, Optional<String> signature) throws InvalidPluginException {
        Provenance before = store.provenance(artifact.sha256());
        Verdict verdict = judge(artifact.id(), artifact.sha256(), new Provenance(signature, before.bundled()));
        if (!verdict.isGood() && before.signature().isPresent()) {
            Verdict earlier = judge(artifact.id(), artifact.sha256(), before);
            if (earlier.isGood() || signature.isEmpty()) {
                return allow(artifact, earlier);
            }
        }
        Artifact allowed = allow(artifact, verdict);
        keep(artifact.sha256(), before, signature, verdict);
        return allowed;
    }

    /** Repeats the decision about an admitted jar, before it is started again. */
    Artifact again(Artifact artifact) throws InvalidPluginException {
        return allow(artifact, judge(artifact.id(), artifact.sha256(), store.provenance(artifact.sha256())));
    }

    private Verdict judge(String pluginId, String sha256, Provenance provenance) {
        return provenance.bundled()
                ? new Verdict(Verdict.Kind.BUNDLED, "it is bundled with the host")
                : trust.judge(pluginId, sha256, provenance.signature());
    }

    private Artifact allow(Artifact artifact, Verdict verdict) throws InvalidPluginException {
        if (verdict.isGood() || trust.policy() == Policy.OFF) {
            return artifact;
        }
        if (trust.policy() == Policy.WARN) {
            return artifact.noting("where signatures are required it would not be loaded: " + verdict.reason());
        }
        throw verdict.kind() == Verdict.Kind.UNSIGNED
                ? InvalidPluginException.unsigned(verdict.reason(), artifact)
                : InvalidPluginException.untrusted(verdict.reason(), artifact);
    }

    private void keep(String sha256, Provenance before, Optional<String> signature, Verdict verdict) {
        boolean bundled = before.bundled() || verdict.kind() == Verdict.Kind.BUNDLED;
        Provenance now = new Provenance(signature.filter(Trust::isSignature).or(before::signature), bundled);
        if (!now.equals(before)) {
            store.put(sha256, now);
        }
    }

    /** Stores another signature of a known jar if it is valid; what runs continues either way. */
    void renew(String pluginId, String sha256, String signature) {
        Provenance before = store.provenance(sha256);
        Verdict verdict = judge(pluginId, sha256, new Provenance(Optional.of(signature), before.bundled()));
        if (verdict.isGood() || trust.policy() == Policy.OFF) {
            keep(sha256, before, Optional.of(signature), verdict);
        } else {
            LOG.info("plugin {}: another signature of what runs is not stored ({})", pluginId, verdict.reason());
        }
    }

    /** A text that changes with the trusted signers. */
    String fingerprint() {
        return trust.policy() == Policy.OFF ? "" : trust.fingerprint();
    }
}
