package dev.busbar.host.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens by hand, good ones and others: any text as header and payload, signed or not. */
public final class Forge {
    /** A key of the host. */
    public static final KeyPair RSA = rsa();
    /** A key of another issuer. */
    public static final KeyPair OTHER_RSA = rsa();
    /** On P-256. */
    public static final KeyPair EC = ec();

    private final Map<String, String> header = new LinkedHashMap<>();
    private final Map<String, String> claims = new LinkedHashMap<>();
    private PrivateKey key = RSA.getPrivate();
    private String signature = "SHA256withRSA";

    /** A good token at the moment of the epoch second, of {@link Trust}'s issuer. */
    public static Forge good(long now) {
        Forge forge = new Forge();
        forge.header("alg", "\"RS256\"").header("typ", "\"at+jwt\"").header("kid", "\"k1\"");
        forge.claim("iss", "\"https://busbar.test\"").claim("aud", "\"https://busbar.test\"");
        forge.claim("sub", "\"ada\"").claim("client_id", "\"abcdefghijkl\"").claim("jti", "\"t-1\"");
        forge.claim("iat", String.valueOf(now)).claim("exp", String.valueOf(now + 900));
        return forge.claim("scope", "\"turbo:read\"").claim("roles", "[\"analyst\"]");
    }

    /** Sets a member of the header, as JSON text. */
    public Forge header(String name, String json) {
        header.put(name, json);
        return this;
    }

    /** Sets a claim, as JSON text. */
    public Forge claim(String name, String json) {
        claims.put(name, json);
        return this;
    }

    /** Leaves a claim out. */
    public Forge without(String name) {
        claims.remove(name);
        header.remove(name);
        return this;
    }

    /** Signs with another key and a JCA algorithm. */
    public Forge by(PrivateKey other, String algorithm) {
        key = other;
        signature = algorithm;
        return this;
    }

    public String headerJson() {
        return json(header);
    }

    public String claimsJson() {
        return json(claims);
    }

    private static String json(Map<String, String> members) {
        StringBuilder json = new StringBuilder("{");
        members.forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        return json.append('}').toString();
    }

    public String token() {
        return sign(headerJson(), claimsJson());
    }

    /** Signs any two texts. */
    public String sign(String headerText, String payloadText) {
        String input = part(headerText) + "." + part(payloadText);
        try {
            Signature signer = Signature.getInstance(signature);
            signer.initSign(key);
            signer.update(input.getBytes(UTF_8));
            return input + "." + encode(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs with a shared secret. */
    public String hmac(byte[] secret) {
        String input = part(headerJson()) + "." + part(claimsJson());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input + "." + encode(mac.doFinal(input.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String part(String text) {
        return encode(text.getBytes(UTF_8));
    }

    public static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A number as key sets write it (RFC 7518 section 2). */
    public static String base64Url(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return encode(bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
