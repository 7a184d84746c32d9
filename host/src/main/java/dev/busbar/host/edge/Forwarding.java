package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header in which proxies report the client's address. Exactly one is used: a proxy that writes one of the two passes
 * on whatever a client has put into the other.
 */
public enum Forwarding {
    /** {@code X-Forwarded-For: 203.0.113.7, 10.0.0.2}. */
    X_FORWARDED_FOR("X-Forwarded-For") {
        @Override
        Optional<InetAddress> address(String hop) {
            return node(hop);
        }
    },

    /** {@code Forwarded: for=203.0.113.7;proto=https, for="[2001:db8::7]:4711"} (RFC 7239). */
    FORWARDED("Forwarded") {
        @Override
        Optional<InetAddress> address(String hop) {
            List<String> named = split(hop, ';').stream()
                    .filter(pair -> pair.toLowerCase(Locale.ROOT).startsWith("for="))
                    .toList();
            return named.size() == 1 ? node(unquote(named.get(0).substring("for=".length()))) : Optional.empty();
        }
    };

    private static final Pattern WITH_PORT = Pattern.compile("\\[([^\\]]*)](?::\\d{1,5})?|([0-9.]+)(?::\\d{1,5})?");

    private final String header;

    Forwarding(String header) {
        this.header = header;
    }

    /** The name of the header. */
    String header() {
        return header;
    }

    /** The address that one hop reports; empty if it is not an address. */
    abstract Optional<InetAddress> address(String hop);

    /** The hops in the order they were added, from all lines of the header. */
    static List<String> hops(List<String> lines) {
        List<String> hops = new ArrayList<>();
        lines.forEach(line -> hops.addAll(split(line, ',')));
        return hops;
    }

    /**
     * Splits outside of quotes, matching quotes from the end: what a trusted proxy has appended is read the same way
     * whatever precedes it, even an unbalanced quote.
     */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int end = text.length();
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(0, text.substring(i + 1, end).strip());
                end = i;
            }
        }
        parts.add(0, text.substring(0, end).strip());
        return parts;
    }

    private static String unquote(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static Optional<InetAddress> node(String text) {
        Matcher matcher = WITH_PORT.matcher(text);
        if (matcher.matches()) {
            return AddressRange.address(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        return AddressRange.address(text);
    }
}
