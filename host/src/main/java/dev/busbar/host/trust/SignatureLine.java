package dev.busbar.host.trust;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One signature of a {@code .sig} file: {@code <key id> <signature in Base64>}. Immutable.
 *
 * @param keyId whose it says it is: 16 hexadecimal digits
 * @param base64 the signature
 */
record SignatureLine(String keyId, String base64) {
    private static final int MOST_LINES = 16;
    private static final int MOST_LETTERS = 4 << 10;
    private static final Pattern SYNTAX = Pattern.compile("([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)");

    /**
     * Reads the content of a {@code .sig} file.
     *
     * @throws IllegalArgumentException when it is not one; the message says what was expected
     */
    static List<SignatureLine> parseAll(String text) {
        if (text.length() > MOST_LETTERS) {
            throw new IllegalArgumentException("it has more than " + MOST_LETTERS + " letters");
        }
        List<SignatureLine> all = new ArrayList<>();
        for (String line : text.stripTrailing().lines().toList()) {
            Matcher form = SYNTAX.matcher(line.stripTrailing());
            if (!form.matches()) {
                throw new IllegalArgumentException(
                        "its line " + (all.size() + 1) + " is not a key id and a signature in Base64");
            }
            all.add(new SignatureLine(form.group(1), form.group(2)));
        }
        if (all.isEmpty() || all.size() > MOST_LINES) {
            throw new IllegalArgumentException(
                    "it has " + all.size() + " lines (expected: one a signature, 1 to " + MOST_LINES + ")");
        }
        return List.copyOf(all);
    }

    @Override
    public String toString() {
        return keyId + " " + base64;
    }
}
