package dev.busbar.host.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parser of an unencrypted RSA or EC private key in PEM, as PKCS#8 (RFC 5958): {@code PRIVATE KEY}. Stateless. */
final class PrivateKeyPem {
    private static final String EXPECTED = "an unencrypted RSA or EC private key in PEM, as PKCS#8";
    private static final String CONVERT = ": openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key";
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN ((?:[A-Z]+ )?)PRIVATE KEY-----\\s*([^-]*)-----END (?:[A-Z]+ )?PRIVATE KEY-----");

    private PrivateKeyPem() {}

    /** @throws IllegalArgumentException with the expectation, and the command that converts another form */
    static PrivateKey parse(byte[] pem) {
        Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        String form = matcher.group(1);
        if (!form.isEmpty()) {
            throw new IllegalArgumentException(EXPECTED + "; convert this " + form + "PRIVATE KEY with" + CONVERT);
        }
        try {
            return key(Base64.getMimeDecoder().decode(matcher.group(2)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(EXPECTED, e);
        }
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        } catch (InvalidKeySpecException notRsa) {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        }
    }
}
