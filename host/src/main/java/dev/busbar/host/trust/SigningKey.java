package dev.busbar.host.trust;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The key pair of a signer in two files: {@code acme.key}, the private key as PEM (PKCS #8), and {@code acme.pem}, which
 * operators add to their trusted signers. Used by the command line without a host. Immutable.
 */
public final class SigningKey {
    private static final int MAX_KEY_BYTES = 16 << 10;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private final PrivateKey secret;
    private final PublicKey key;

    private SigningKey(PrivateKey secret, PublicKey key) {
        this.secret = secret;
        this.key = key;
    }

    /**
     * Generates a key pair in two new files.
     *
     * @param secret the file for the private key, readable by its owner only
     * @param signer the file for operators
     * @param name the display name of the signer
     * @param plugins the plugins the key may sign, as in {@code acme-*, billing}
     * @throws java.nio.file.FileAlreadyExistsException if a file exists
     * @throws IllegalArgumentException if the name or the plugins are invalid
     */
    public static SigningKey generate(Path secret, Path signer, String name, String plugins)
            throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String content = "name: " + name + "\nplugins: " + plugins + "\n"
                + pem("PUBLIC KEY", pair.getPublic().getEncoded());
        Signer unused = SignerFile.parse(content);
        try (OutputStream out =
                Files.newOutputStream(signer, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        Files.createFile(secret, ownerOnly());
        Files.writeString(secret, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        return new SigningKey(pair.getPrivate(), pair.getPublic());
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String pem(String what, byte[] content) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
    }

    /**
     * Reads a key pair.
     *
     * @param signer the file of the same signer with the public key
     * @throws IllegalArgumentException if a file is invalid, or the keys do not belong together
     */
    public static SigningKey read(Path secret, Path signer) throws IOException, GeneralSecurityException {
        String text;
        try (InputStream in = Files.newInputStream(secret)) {
            text = new String(in.readNBytes(MAX_KEY_BYTES), StandardCharsets.US_ASCII);
        }
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(secret + " (expected: a private key as PEM, \"" + BEGIN + "\")");
        }
        byte[] content = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
        SigningKey key = new SigningKey(
                Ed25519.privateKey(content), SignerFile.read(signer).key());
        String probe = "0".repeat(64);
        if (!Ed25519.verifies(key.key, probe, Ed25519.sign(key.secret, probe))) {
            throw new IllegalArgumentException(signer + " (expected: the public key of " + secret + ")");
        }
        return key;
    }

    /** The key id in signatures. */
    public String keyId() {
        return Ed25519.keyId(key);
    }

    /** The content of the {@code .sig} file of a jar. */
    public String sign(Path jar) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return new SignatureLine(keyId(), Ed25519.sign(secret, HexFormat.of().formatHex(digest.digest()))) + "\n";
    }
}
