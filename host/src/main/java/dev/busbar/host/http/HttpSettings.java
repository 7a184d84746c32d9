package dev.busbar.host.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the server listens.
 *
 * @param listener where clients come in
 * @param admin where {@code /admin} is served, when not there too
 * @param tls what proves who this host is; empty when no listener speaks TLS
 * @param limits what a connection may take
 */
public record HttpSettings(Listener listener, Optional<Listener> admin, Optional<Tls> tls, Limits limits) {
    /**
     * An address to listen on.
     *
     * @param bind the address
     * @param port the port; 0 picks a free one
     * @param encrypted whether it speaks TLS, and nothing else
     */
    public record Listener(String bind, int port, boolean encrypted) {
        /** Where it answers when it listens on this port. */
        public String url(int actualPort) {
            String host = bind.contains(":") ? "[" + bind + "]" : bind;
            return (encrypted ? "https://" : "http://") + host + ":" + actualPort;
        }
    }

    /**
     * The files of the certificate, both PEM.
     *
     * @param certificate the chain, the host's own certificate first
     * @param key its private key
     */
    public record Tls(Path certificate, Path key) {}

    /**
     * What a connection may take.
     *
     * @param maxThreads how many server threads there may be
     * @param idleTimeout how long a connection may be silent, in a request too
     * @param maxHeaderBytes how large the header section of a request may be
     */
    public record Limits(int maxThreads, Duration idleTimeout, int maxHeaderBytes) {}
}
