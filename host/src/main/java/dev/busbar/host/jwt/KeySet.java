package dev.busbar.host.jwt;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published keys of an issuer (RFC 7517 section 5) that verify signatures. Whatever else the set has is ignored: keys for
 * other uses and algorithms, secrets, elements that are not keys, and keys that share an id. Immutable.
 */
public final class KeySet implements TrustedIssuer.Keys {
    /** Limit on the size of a published set, in bytes. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final int MAX_KEYS = 100;
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private final Map<String, VerificationKey> keys;

    private KeySet(Map<String, VerificationKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads a set.
     *
     * @param accepted the algorithms of the issuer
     * @throws IllegalArgumentException with the reason why the set is rejected: malformed, or without a usable key
     */
    public static KeySet read(byte[] json, Set<Algorithm> accepted, Clock clock) {
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        Set<String> ambiguous = new HashSet<>();
        List<VerificationKey> leaked = new ArrayList<>();
        for (Object one : members(json)) {
            try {
                VerificationKey key = Jwk.read(one, accepted, clock);
                if (Jwk.isSecret(one)) {
                    leaked.add(key);
                    continue;
                }
                VerificationKey other = keys.putIfAbsent(key.id(), key);
                if (other != null && !other.print().equals(key.print())) {
                    ambiguous.add(key.id());
                }
            } catch (IllegalArgumentException e) {
                LOG.info("a published key is not used: {}", e.getMessage());
            }
        }
        for (VerificationKey key : leaked) {
            LOG.warn("a published key is not used: its private part is published too ({})", key.id());
            keys.values().removeIf(other -> other.key().equals(key.key()));
        }
        for (String id : ambiguous) {
            LOG.warn("published keys are not used: several of them have the id {}", id);
            keys.remove(id);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("the key set has no usable key");
        }
        return new KeySet(keys);
    }

    private static List<?> members(byte[] json) {
        try {
            if (json.length <= MAX_BYTES
                    && StrictJson.object(json).get("keys") instanceof List<?> keys
                    && keys.size() <= MAX_KEYS) {
                return keys;
            }
        } catch (InvalidTokenException e) {
            throw new IllegalArgumentException("the key set is malformed", e);
        }
        throw new IllegalArgumentException("the key set has no member keys, or is too large");
    }

    @Override
    public Optional<VerificationKey> find(String keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }
}
