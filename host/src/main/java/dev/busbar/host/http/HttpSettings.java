package dev.busbar.host.http;

import java.time.Duration;

/**
 * How the server listens.
 *
 * @param bind the address to listen on
 * @param port the port; 0 picks a free one
 * @param maxThreads how many server threads there may be
 * @param idleTimeout how long a connection may be silent, in a request too
 * @param maxHeaderBytes how large the header section of a request may be
 */
public record HttpSettings(String bind, int port, int maxThreads, Duration idleTimeout, int maxHeaderBytes) {}
