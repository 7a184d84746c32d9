package dev.busbar.host.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A certificate chain and its private key, read from their files and checked to match. Immutable. */
public final class CertificateFiles {
    private static final byte[] PROBE = {'b', 'u', 's', 'b', 'a', 'r'};
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----");

    private final byte[] certificateBytes;
    private final byte[] keyBytes;
    private final List<X509Certificate> chain;
    private final PrivateKey key;

    /** One of the files has invalid content. */
    private static final class InvalidFileException extends Exception {
        private static final long serialVersionUID = 1L;
        private final String file;

        InvalidFileException(String file, String expectation, Throwable cause) {
            super(expectation, cause);
            this.file = file;
        }

        InvalidFileException(String file, String expectation) {
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

    /**
     * The faults of the files: the expected content by {@code certificate} or {@code key}; empty when both are valid.
     */
    public static Map<String, String> check(HttpSettings.Tls files) {
        Map<String, String> wrong = new LinkedHashMap<>();
        try {
            CertificateFiles unused = parse(files);
        } catch (InvalidFileException e) {
            wrong.put(e.file, String.valueOf(e.getMessage()));
        }
        return wrong;
    }

    /**
     * Reads both files.
     *
     * @throws IllegalArgumentException when they cannot be used
     */
    static CertificateFiles read(HttpSettings.Tls files) {
        try {
            return parse(files);
        } catch (InvalidFileException e) {
            throw new IllegalArgumentException("tls." + e.file + " (expected: " + e.getMessage() + ")", e);
        }
    }

    private static CertificateFiles parse(HttpSettings.Tls files) throws InvalidFileException {
        byte[] certificateBytes = bytes("certificate", files.certificate());
        List<X509Certificate> chain = chain(certificateBytes);
        byte[] keyBytes = bytes("key", files.key());
        PrivateKey key = key(keyBytes);
        if (!belongs(key, chain.get(0).getPublicKey())) {
            throw new InvalidFileException("key", "the private key of the first certificate in tls.certificate");
        }
        return new CertificateFiles(certificateBytes, keyBytes, chain, key);
    }

    private static byte[] bytes(String what, Path file) throws InvalidFileException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new InvalidFileException(what, "a readable file; " + e, e);
        }
    }

    private static List<X509Certificate> chain(byte[] bytes) throws InvalidFileException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            InputStream certificates = new ByteArrayInputStream(certificates(bytes));
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(certificates)) {
                chain.add((X509Certificate) each);
            }
        } catch (GeneralSecurityException e) {
            throw new InvalidFileException("certificate", "a PEM file of certificates, the host's own first", e);
        }
        if (chain.isEmpty()) {
            throw new InvalidFileException("certificate", "a PEM file of certificates, the host's own first");
        }
        return chain;
    }

    /** The blocks of certificates alone, where the file is PEM: the key may be in the same file. */
    private static byte[] certificates(byte[] bytes) {
        String blocks = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                .results()
                .map(block -> block.group() + "\n")
                .collect(Collectors.joining());
        return blocks.isEmpty() ? bytes : blocks.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static PrivateKey key(byte[] bytes) throws InvalidFileException {
        try {
            return PrivateKeyPem.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw new InvalidFileException("key", String.valueOf(e.getMessage()), e);
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
            return false; // such as a certificate for another type of key
        }
    }

    /** Returns whether the files still have the content that was read here. */
    boolean isStill(HttpSettings.Tls files) throws IOException {
        return Arrays.equals(certificateBytes, Files.readAllBytes(files.certificate()))
                && Arrays.equals(keyBytes, Files.readAllBytes(files.key()));
    }

    /** The expiry of the host's own certificate. */
    Instant end() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** The key store of the server, with a password that protects nothing. */
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
