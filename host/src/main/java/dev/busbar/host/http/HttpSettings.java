package dev.busbar.host.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of the HTTP server. Immutable.
 *
 * @param listener the main listener
 * @param admin the separate listener for {@code /admin}; empty when the main one serves it
 * @param tls the certificate; empty when no listener uses TLS
 * @param limits the limits of connections
 */
public record HttpSettings(Listener listener, Optional<Listener> admin, Optional<Tls> tls, Limits limits) {
    /**
     * An address to listen on.
     *
     * @param bind the address
     * @param port the port; 0 picks a free one
     * @param encrypted whether it accepts TLS only
     */
    public record Listener(String bind, int port, boolean encrypted) {
        /** The URL of this listener on the port that was bound. */
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
     * The limits of connections.
     *
     * @param maxThreads the max number of server threads
     * @param idleTimeout the max time without traffic, inside a request too
     * @param maxHeaderBytes the max size of the header section of a request
     */
    public record Limits(int maxThreads, Duration idleTimeout, int maxHeaderBytes) {}
}
