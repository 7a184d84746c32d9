package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The accepted host names, case-insensitive; addresses are compared in normal form. Thread-safe. */
final class HostNames {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]*]|[^:\\[\\]]*)(?::(\\d{1,5}))?");

    /** Bounds the memory for different spellings of the accepted names. */
    private static final int MAX_KNOWN = 64;

    private final List<Name> names;
    /** Authorities that were accepted before: most requests have the same one as the previous request. */
    private final Set<Authority> known = ConcurrentHashMap.newKeySet();

    private record Authority(String authority, int defaultPort) {}

    /**
     * A host name with a specific port or any.
     *
     * @param host in lower case; an address in normal form
     * @param port empty for any
     */
    record Name(String host, Optional<Integer> port) {
        static Name parse(String entry) {
            Name name = read(entry).orElseThrow(() -> malformed(entry));
            boolean address = AddressRange.address(name.host).isPresent();
            if (!address && !NAME.matcher(name.host).matches()) {
                throw malformed(entry);
            }
            return name;
        }

        private static IllegalArgumentException malformed(String entry) {
            return new IllegalArgumentException(
                    "a host name or address, with or without a port, without wildcards; \"" + entry + "\" is not one");
        }

        /** The host and port of an authority; empty if it is malformed. */
        static Optional<Name> read(String authority) {
            String text = authority.toLowerCase(Locale.ROOT);
            if (AddressRange.address(text).isPresent()) {
                return Optional.of(new Name(normal(text), Optional.empty()));
            }
            Matcher matcher = AUTHORITY.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            Optional<Integer> port = Optional.ofNullable(matcher.group(2)).map(Integer::valueOf);
            String host = matcher.group(1).replace("[", "").replace("]", "");
            // An absolute name ends with a dot, and is the same name (RFC 1034 section 3.1).
            return Optional.of(
                    new Name(normal(host.endsWith(".") ? host.substring(0, host.length() - 1) : host), port));
        }

        private static String normal(String host) {
            return AddressRange.address(host)
                    .map(java.net.InetAddress::getHostAddress)
                    .orElse(host);
        }

        boolean covers(Name requested, int defaultPort) {
            return host.equals(requested.host)
                    && (port.isEmpty() || port.get().equals(requested.port.orElse(defaultPort)));
        }
    }

    HostNames(List<String> entries) {
        this.names = entries.stream().map(Name::parse).toList();
    }

    /** Whether an authority, as sent, is accepted. */
    boolean cover(String authority, int defaultPort) {
        Authority requested = new Authority(authority, defaultPort);
        if (known.contains(requested)) {
            return true;
        }
        boolean covered = Name.read(authority)
                .filter(name -> names.stream().anyMatch(one -> one.covers(name, defaultPort)))
                .isPresent();
        if (covered && known.size() < MAX_KNOWN) {
            known.add(requested);
        }
        return covered;
    }
}
