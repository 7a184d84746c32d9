package dev.busbar.host.tokens;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;

/**
 * A key that signs own tokens. Immutable.
 *
 * @param seq its number; a newer key has a higher one
 * @param id its id in tokens and in the published set, {@code kid}
 * @param signsFrom the time from which it signs
 * @param maxLifetime the maximum lifetime of the tokens it signs
 */
record SigningKey(int seq, String id, KeyPair pair, Instant signsFrom, Duration maxLifetime) {
    /** Leaves out the private key. */
    @Override
    public String toString() {
        return "SigningKey[" + id + " from " + signsFrom + "]";
    }
}
