package dev.busbar.host.tokens;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;

/**
 * A key that the host signs with. Immutable.
 *
 * @param seq its number; a higher one is newer
 * @param id its name in tokens and in the published set, {@code kid}
 * @param signsFrom when it begins to sign
 * @param longestLife the most that any token it signs lives
 */
record SigningKey(int seq, String id, KeyPair pair, Instant signsFrom, Duration longestLife) {
    /** Without the private key. */
    @Override
    public String toString() {
        return "SigningKey[" + id + " from " + signsFrom + "]";
    }
}
