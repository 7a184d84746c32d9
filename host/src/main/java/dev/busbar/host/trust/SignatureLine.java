package dev.busbar.host.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One signature of a {@code .sig} file: {@code <key id> <signature in Base64>}. Immutable.
 *
 * @param keyId the id of the signing key: 16 hexadecimal digits
 * @param base64 the signature
 */
record SignatureLine(String keyId, String base64) {
    private static final int MAX_LINES = 16;
    private static final int MAX_CHARACTERS = 4 << 10;
    private static final Pattern SYNTAX = Pattern.compile("([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)");

    /**
     * Parses the content of a {@code .sig} file.
     *
     * @throws IllegalArgumentException if it is malformed, with the expectation
     */
    static List<SignatureLine> parseAll(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("it has more than " + MAX_CHARACTERS + " characters");
        }
        List<SignatureLine> all = new ArrayList<>();
        for (String line : text.stripTrailing().lines().toList()) {
            Matcher form = SYNTAX.matcher(line.stripTrailing());
            if (!form.matches()) {
                throw new IllegalArgumentException(
                        "its line " + (all.size() + 1) + " is not a key id and a Base64 signature");
            }
            all.add(new SignatureLine(form.group(1), form.group(2)));
        }
        if (all.isEmpty() || all.size() > MAX_LINES) {
            throw new IllegalArgumentException(
                    "it has " + all.size() + " lines (expected: one per signature, 1 to " + MAX_LINES + ")");
        }
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return keyId + " " + base64;
    }
}
