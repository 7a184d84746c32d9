package dev.busbar.host.webhooks;

import dev.busbar.host.outbound.Post;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** What sends messages to receivers. Safe for any number of threads. */
@FunctionalInterface
interface Sender {
    /**
     * Sends a message, and waits for the response.
     *
     * @throws IOException when there is none in time, or the address must not be connected to
     */
    Post.Received send(URI url, Map<String, String> headers, byte[] body) throws IOException;
}
