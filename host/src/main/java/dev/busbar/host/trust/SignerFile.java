package dev.busbar.host.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Parser of a signer's file: lines such as {@code name: Acme Ltd}, {@code plugins: acme-*, billing} and
 * {@code not-after: 2027-06-30}, then the public key as PEM. A fault is an
 * {@link IllegalArgumentException} whose message is the expectation. Stateless.
 */
final class SignerFile {
    private static final int MAX_BYTES = 16 << 10;
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final String NAME = "name";
    private static final String PLUGINS = "plugins";
    private static final String NOT_AFTER = "not-after";

    private SignerFile() {}

    static Signer read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("at most " + MAX_BYTES + " bytes");
            }
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text in UTF-8", e);
        }
    }

    static Signer parse(String content) {
        String text = content.startsWith("\ufeff") ? content.substring(1) : content; // a byte order mark
        if (text.contains("PRIVATE KEY")) {
            throw new IllegalArgumentException("only the public key; the private key must stay with the signer");
        }
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin || !text.substring(end + END.length()).isBlank()) {
            throw new IllegalArgumentException(
                    "one public key as PEM, at its end: \"" + BEGIN + "\", Base64, \"" + END + "\"");
        }
        Map<String, String> lines = lines(text.substring(0, begin));
        return new Signer(
                required(lines, NAME),
                key(text.substring(begin + BEGIN.length(), end)),
                plugins(required(lines, PLUGINS)),
                Optional.ofNullable(lines.get(NOT_AFTER)).map(SignerFile::end));
    }

    private static Map<String, String> lines(String text) {
        Map<String, String> lines = new HashMap<>();
        for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon).strip();
            boolean known = Set.of(NAME, PLUGINS, NOT_AFTER).contains(key);
            if (!known || lines.put(key, line.substring(colon + 1).strip()) != null) {
                throw new IllegalArgumentException("the lines name, plugins and not-after above the key, each once; \""
                        + (line.length() > 40 ? line.substring(0, 40) + "…" : line) + "\" is not one of them");
            }
        }
        return lines;
    }

    private static String required(Map<String, String> lines, String key) {
        String value = lines.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a line \"" + key + ": …\" above the key");
        }
        return value;
    }

    private static List<IdPattern> plugins(String text) {
        try {
            return Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .map(IdPattern::of)
                    .collect(Collectors.toUnmodifiableList());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("plugins: ids such as billing, acme-* or *, separated by commas", e);
        }
    }

    private static PublicKey key(String base64) {
        try {
            return Ed25519.publicKey(Base64.getMimeDecoder().decode(base64));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("an Ed25519 public key (X.509 SubjectPublicKeyInfo)", e);
        }
    }

    /** The end of a day, or an instant. */
    private static Instant end(String text) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text)
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "not-after: a day such as 2027-06-30, or a time as 2027-06-30T12:00:00Z", e);
        }
    }
}
