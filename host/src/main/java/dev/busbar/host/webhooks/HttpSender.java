package dev.busbar.host.webhooks;

import dev.busbar.host.outbound.AddressGuard;
import dev.busbar.host.outbound.OutboundHttp;
import dev.busbar.host.outbound.Post;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Sends messages over HTTP, through the address guard: a connection goes to the address that was checked, whatever the name
 * resolves to afterwards. Safe for any number of threads.
 */
final class HttpSender implements Sender {
    /** The max duration of an attempt, from the look-up of the name to the first kilobyte of the response. */
    static final Duration LIMIT = Duration.ofSeconds(15);

    private final OutboundHttp http;
    private final LongSupplier ticker;
    private final Map<Post, Long> running = new ConcurrentHashMap<>();

    HttpSender(boolean allowPrivate, Duration limit, LongSupplier ticker) {
        this.http = OutboundHttp.of(
                new AddressGuard(allowPrivate, false), new OutboundHttp.Timeouts(Duration.ofSeconds(5), limit));
        this.ticker = ticker;
    }

    @Override
    public Post.Received send(URI url, Map<String, String> headers, byte[] body) throws IOException {
        Post post = http.post(url, headers, body);
        running.put(post, ticker.getAsLong());
        try {
            return post.send();
        } finally {
            running.remove(post);
        }
    }

    /** Ends the attempts that have taken too long, such as those of a receiver that sends bit by bit. Does not block. */
    void expire() {
        long now = ticker.getAsLong();
        running.forEach((post, began) -> {
            if (now - began > LIMIT.toNanos()) {
                post.abort();
            }
        });
    }

    /** Ends all attempts that are under way. */
    void abort() {
        running.keySet().forEach(Post::abort);
    }
}
