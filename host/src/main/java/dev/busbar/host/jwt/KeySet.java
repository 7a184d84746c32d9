package dev.busbar.host.jwt;

import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published keys of an issuer (RFC 7517 section 5) that verify signatures. Keys for other uses are ignored; a secret or
 * an ambiguous key id rejects the whole set. Immutable.
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
     * @throws IllegalArgumentException with the reason why the set is rejected: malformed, with a shared secret or private
     *     key, with one key id twice, or without a usable key
     */
    public static KeySet read(byte[] json, Set<Algorithm> accepted, Clock clock) {
        List<?> found = members(json);
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        Set<Object> ids = new HashSet<>();
        for (Object one : found) {
            if (!(one instanceof Map<?, ?> jwk)) {
                throw new IllegalArgumentException("the key set has an element that is not a key");
            }
            if ("oct".equals(jwk.get("kty")) || jwk.containsKey("k") || jwk.containsKey("d")) {
                throw new IllegalArgumentException("the key set has a secret key");
            }
            Object id = jwk.get("kid");
            if (id != null && !ids.add(id)) {
                throw new IllegalArgumentException("the key set has two keys with one id");
            }
            try {
                VerificationKey key = Jwk.read(jwk, accepted, clock);
                keys.put(key.id(), key);
            } catch (IllegalArgumentException e) {
                LOG.info("a published key is not used: {}", e.getMessage());
            }
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
