package dev.busbar.host.http;

import dev.busbar.host.pipeline.AddressRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the HTTP server. Immutable.
 *
 * @param listener the main listener
 * @param admin the separate listener for {@code /admin}; empty when the main one serves it
 * @param tls the certificate; empty when no listener uses TLS
 * @param limits the limits of a connection
 * @param connections the limits on the number of connections
 */
public record HttpSettings(
        Listener listener, Optional<Listener> admin, Optional<Tls> tls, Limits limits, Connections connections) {
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
     * The limits on the number of connections of the main listener.
     *
     * @param max the max number
     * @param maxOfNetwork the max number of one network: an IPv4 address, or the first 64 bits of an IPv6 address
     * @param headerTimeout the max time of a header section or a TLS handshake
     * @param proxies the trusted proxies, whose connections are not limited by network
     */
    public record Connections(int max, int maxOfNetwork, Duration headerTimeout, List<AddressRange> proxies) {
        /** The descriptors that the host needs for anything else. */
        private static final long RESERVED_DESCRIPTORS = 320;

        private static final long MEMORY_OF_ONE = 64 * 1024;
        private static final long MIN = 64;
        private static final long MAX = 20_000;

        /** Copies the list. */
        public Connections {
            proxies = List.copyOf(proxies);
        }

        /**
         * The default max number of connections: what fits into the open files and the memory of the process.
         *
         * @param descriptors the max number of open files
         * @param heap the max size of the heap, in bytes
         */
        public static int fitting(long descriptors, long heap) {
            long files = descriptors - RESERVED_DESCRIPTORS;
            return (int) Math.max(MIN, Math.min(MAX, Math.min(files, heap / MEMORY_OF_ONE)));
        }
    }

    /**
     * The limits of connections.
     *
     * @param maxThreads the max number of server threads
     * @param idleTimeout the max time without traffic, inside a request too
     * @param maxHeaderBytes the max size of the header section of a request
     */
    public record Limits(int maxThreads, Duration idleTimeout, int maxHeaderBytes) {}
}
