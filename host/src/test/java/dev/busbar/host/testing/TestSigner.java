package dev.busbar.host.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;

/** A signer of plugin jars that is independent of the host's code and repeats the message format. */
public final class TestSigner {
    private final KeyPair pair;

    /** A signer with a new key. */
    public TestSigner() {
        try {
            this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The key id. */
    public String keyId() {
        return digest(pair.getPublic().getEncoded()).substring(0, 16);
    }

    /** The signer's file for operators, with lines such as {@code plugins: *} above the key. */
    public String file(String... lines) {
        return String.join("\n", lines) + "\n-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Writes the signer's file to a folder as {@code <name>.pem}. */
    public Path trustedIn(Path folder, String name, String... lines) {
        try {
            Files.createDirectories(folder);
            return Files.writeString(folder.resolve(name + ".pem"), "name: " + name + "\n" + file(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The content of the {@code .sig} file of a jar. */
    public String sign(byte[] jar) {
        return signDigest(digest(jar));
    }

    /** The content of the {@code .sig} file of a jar with a digest. */
    public String signDigest(String sha256) {
        return keyId() + " " + raw("busbar-plugin-v1\n" + sha256 + "\n") + "\n";
    }

    /** A signature over any text. */
    public String raw(String text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The SHA-256 of some bytes. */
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
