package dev.busbar.host.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A certificate and its key as they were read from their files, and found to belong together. Immutable.
 */
public final class CertificateFiles {
    private static final byte[] PROBE = {'b', 'u', 's', 'b', 'a', 'r'};

    private final byte[] certificateBytes;
    private final byte[] keyBytes;
    private final List<X509Certificate> chain;
    private final PrivateKey key;

    /** One of the files does not hold what it should. */
    private static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String file;

        UnfitException(String file, String expectation, Throwable cause) {
            super(expectation, cause);
            this.file = file;
        }

        UnfitException(String file, String expectation) {
            super(expectation);
            this.file = file;
        }
    }

    private CertificateFiles(byte[] certificateBytes, byte[] keyBytes, List<X509Certificate> chain, PrivateKey key) {
        this.certificateBytes = certificateBytes;
        this.keyBytes = keyBytes;
        this.chain = chain;
        this.key = key;
    }

    /** What is wrong with the files: by {@code certificate} or {@code key}, what was expected there; empty when nothing. */
    public static Map<String, String> check(HttpSettings.Tls files) {
        Map<String, String> wrong = new LinkedHashMap<>();
        try {
            CertificateFiles unused = parse(files);
        } catch (UnfitException e) {
            wrong.put(e.file, String.valueOf(e.getMessage()));
        }
        return wrong;
    }

    /**
     * Reads both files.
     *
     * @throws IllegalArgumentException when they are not fit to be used
     */
    static CertificateFiles read(HttpSettings.Tls files) {
        try {
            return parse(files);
        } catch (UnfitException e) {
            throw new IllegalArgumentException("tls." + e.file + " (expected: " + e.getMessage() + ")", e);
        }
    }

    private static CertificateFiles parse(HttpSettings.Tls files) throws UnfitException {
        byte[] certificateBytes = bytes("certificate", files.certificate());
        List<X509Certificate> chain = chain(certificateBytes);
        byte[] keyBytes = bytes("key", files.key());
        PrivateKey key = key(keyBytes);
        if (!belongs(key, chain.get(0).getPublicKey())) {
            throw new UnfitException("key", "the private key of the first certificate in tls.certificate");
        }
        return new CertificateFiles(certificateBytes, keyBytes, chain, key);
    }

    private static byte[] bytes(String what, Path file) throws UnfitException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UnfitException(what, "a readable file; " + e, e);
        }
    }

    private static List<X509Certificate> chain(byte[] bytes) throws UnfitException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                chain.add((X509Certificate) each);
            }
        } catch (GeneralSecurityException e) {
            throw new UnfitException("certificate", "a PEM file of certificates, the host's own first", e);
        }
        if (chain.isEmpty()) {
            throw new UnfitException("certificate", "a PEM file of certificates, the host's own first");
        }
        return chain;
    }

    private static PrivateKey key(byte[] bytes) throws UnfitException {
        try {
            return PrivateKeyPem.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new UnfitException("key", String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean belongs(PrivateKey key, PublicKey certified) {
        String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(PROBE);
            byte[] signature = signing.sign();
            signing.initVerify(certified);
            signing.update(PROBE);
            return signing.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // such as a certificate of another kind of key
        }
    }

    /** Whether the files hold the same octets as those that were read here. */
    boolean isStill(HttpSettings.Tls files) throws IOException {
        return Arrays.equals(certificateBytes, Files.readAllBytes(files.certificate()))
                && Arrays.equals(keyBytes, Files.readAllBytes(files.key()));
    }

    /** When the host's own certificate ends. */
    Instant end() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** As the server wants it, under a password that guards nothing. */
    KeyStore store(String password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("busbar", key, password.toCharArray(), chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("tls.certificate (expected: a chain, each certified by the next)", e);
        }
    }
}
