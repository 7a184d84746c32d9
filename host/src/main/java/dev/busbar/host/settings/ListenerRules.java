package dev.busbar.host.settings;

import dev.busbar.host.config.Configuration;
import dev.busbar.host.http.HttpSettings.Listener;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules for listen addresses. An address beyond loopback needs a named environment, TLS in this host or in front of
 * it, and an {@code /admin} that is separate or explicitly shared. Used by one thread, once.
 */
final class ListenerRules {
    private static final String ADMIN = "127.0.0.1:8081";
    private static final Pattern ADDRESS = Pattern.compile("(?:\\[([^\\]]+)]|([^:\\[\\]]+)):(\\d{1,5})");

    private final Configuration configuration;
    private final boolean certificate;
    private final boolean terminatedUpstream;

    ListenerRules(Configuration configuration, boolean certificate, boolean terminatedUpstream) {
        this.configuration = configuration;
        this.certificate = certificate;
        this.terminatedUpstream = terminatedUpstream;
    }

    Listener main(String bind, int port) {
        String address = bind.startsWith("[") && bind.endsWith("]") ? bind.substring(1, bind.length() - 1) : bind;
        require("bind", address);
        return new Listener(address, port, certificate);
    }

    /**
     * The listener of {@code /admin}; empty where the main listener serves it: on loopback by default, or when shared.
     */
    Optional<Listener> admin(Listener main, Optional<String> bind, boolean shared) {
        if (shared) {
            bind.ifPresent(own -> configuration.refuse("admin.bind", "not to be set while admin.sharedPort is true"));
            return Optional.empty();
        }
        if (bind.isEmpty() && LocalAddresses.isLoopback(main.bind())) {
            return Optional.empty();
        }
        Matcher matcher = ADDRESS.matcher(bind.orElse(ADMIN));
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535) {
            configuration.refuse("admin.bind", "an address and a port, such as " + ADMIN + " or [::1]:8081");
            return Optional.empty();
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        int port = Integer.parseInt(matcher.group(3));
        require("admin.bind", host);
        if (port != 0 && port == main.port() && host.equals(main.bind())) {
            configuration.refuse("admin.bind", "another address than bind and port, or admin.sharedPort: true");
        }
        return Optional.of(new Listener(host, port, certificate && !LocalAddresses.isLoopback(host)));
    }

    private void require(String key, String bind) {
        if (!LocalAddresses.isKnown(bind)) {
            configuration.refuse(key, "an address of this machine");
            return;
        }
        if (LocalAddresses.isLoopback(bind)) {
            return;
        }
        if (!configuration.environmentNamed()) {
            configuration.refuse("env", "to be named, because " + key + " is beyond loopback");
        }
        if (!certificate && !terminatedUpstream) {
            configuration.refuse(
                    key,
                    "an address of loopback; one beyond loopback needs tls.certificate and tls.key, or"
                            + " tls.terminatedUpstream: true where TLS ends in front of this host");
        }
    }
}
