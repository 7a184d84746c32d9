package dev.busbar.host.jwt;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.AbstractDeserializer;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Clock;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A public key that verifies signatures of one algorithm and no other, by jjwt. Immutable; safe for any number of
 * threads.
 */
public final class VerificationKey {
    private static final Logger LOG = LoggerFactory.getLogger(VerificationKey.class);

    private final String id;
    private final Algorithm algorithm;
    private final PublicKey key;
    private final String print;
    private final JwtParser parser;

    /**
     * A key with its parser.
     *
     * @param id the {@code kid} of its tokens
     */
    public VerificationKey(String id, Algorithm algorithm, PublicKey key, Clock clock) {
        if (!algorithm.fits(key)) {
            throw new IllegalArgumentException("key " + id + ": " + key.getAlgorithm() + " (expected: one of "
                    + algorithm.keyType() + " for " + algorithm + ")");
        }
        this.id = id;
        this.algorithm = algorithm;
        this.key = key;
        this.print = print(algorithm, key);
        this.parser = parser(clock);
    }

    /**
     * Everything jjwt could do beyond verifying is switched off: other algorithms, decryption, decompression. It gets the
     * key before it has parsed the payload ({@code keyLocator}). Its check of the times in the claims is
     * irrelevant: they were checked before, more strictly.
     */
    private JwtParser parser(Clock clock) {
        return Jwts.parser()
                .json(new StrictDeserializer())
                .keyLocator(header -> key)
                .clock(() -> Date.from(clock.instant()))
                .clockSkewSeconds(ClaimCheck.SKEW.toSeconds())
                .sig()
                .clear()
                .add(algorithm.signature())
                .and()
                .enc()
                .clear()
                .and()
                .key()
                .clear()
                .and()
                .zip()
                .clear()
                .and()
                .build();
    }

    /** The {@code kid} of its tokens. */
    public String id() {
        return id;
    }

    Algorithm algorithm() {
        return algorithm;
    }

    PublicKey key() {
        return key;
    }

    /** Fingerprint: a token verified by a key with the same fingerprint is still verified. */
    public String print() {
        return print;
    }

    private static String print(Algorithm algorithm, PublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return algorithm + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is in every JDK", e);
        }
    }

    /**
     * Verifies the signature of a token.
     *
     * @throws InvalidTokenException when it is not by this key and of its algorithm
     */
    void verify(CompactForm token) {
        if (!token.headerText("alg").filter(algorithm.name()::equals).isPresent()) {
            throw InvalidTokenException.because("its algorithm is not that of its key");
        }
        try {
            parser.parse(token.text());
        } catch (JwtException | IllegalArgumentException e) {
            throw InvalidTokenException.because("its signature does not verify");
        } catch (RuntimeException e) {
            // No known token gets here; an exception of the library must not become a fault of the host.
            LOG.warn("jjwt failed on a token", e);
            throw InvalidTokenException.because("its signature cannot be verified");
        }
    }

    /** Makes jjwt parse JSON as the checks before it did. */
    private static final class StrictDeserializer extends AbstractDeserializer<Map<String, ?>> {
        @Override
        protected Map<String, ?> doDeserialize(Reader reader) throws IOException {
            StringWriter text = new StringWriter();
            reader.transferTo(text);
            return StrictJson.object(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }
}
