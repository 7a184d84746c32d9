package dev.busbar.host.edge;

import dev.busbar.host.pipeline.AddressRange;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names under which the host answers, without case; addresses compare as such. Thread-safe. */
final class HostNames {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]*]|[^:\\[\\]]*)(?::(\\d{1,5}))?");

    /** More ways to write the names of a host are not worth their memory. */
    private static final int MOST_KNOWN = 64;

    private final List<Name> names;
    /** What was found to be one of them: most requests name the host as the one before did. */
    private final Set<Asked> known = ConcurrentHashMap.newKeySet();

    private record Asked(String authority, int defaultPort) {}

    /**
     * A name, with a port or for any.
     *
     * @param host in lower case; an address in its normal form
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
                    "host names or addresses, with a port or without, and no wildcards; \"" + entry + "\" is none");
        }

        /** The host and port of an authority; empty when it is none. */
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
            return Optional.of(new Name(normal(matcher.group(1).replace("[", "").replace("]", "")), port));
        }

        private static String normal(String host) {
            return AddressRange.address(host)
                    .map(java.net.InetAddress::getHostAddress)
                    .orElse(host);
        }

        boolean covers(Name asked, int defaultPort) {
            return host.equals(asked.host) && (port.isEmpty() || port.get().equals(asked.port.orElse(defaultPort)));
        }
    }

    HostNames(List<String> entries) {
        this.names = entries.stream().map(Name::parse).toList();
    }

    /** Whether an authority, as sent, is one of them. */
    boolean cover(String authority, int defaultPort) {
        Asked asked = new Asked(authority, defaultPort);
        if (known.contains(asked)) {
            return true;
        }
        boolean covered = Name.read(authority)
                .filter(name -> names.stream().anyMatch(one -> one.covers(name, defaultPort)))
                .isPresent();
        if (covered && known.size() < MOST_KNOWN) {
            known.add(asked);
        }
        return covered;
    }
}
