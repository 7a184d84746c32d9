package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class JettyBodyTest {
    private final Queue<Runnable> demands = new ConcurrentLinkedQueue<>();
    private final Queue<Content.Chunk> chunks = new ConcurrentLinkedQueue<>();
    private final List<Boolean> over = new ArrayList<>();
    private final JettyBody body = new JettyBody(request());

    /** A request whose content is what the test has put into {@link #chunks}. */
    private Request request() {
        return (Request) Proxy.newProxyInstance(
                Request.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "read":
                            return chunks.poll();
                        case "demand":
                            demands.add((Runnable) arguments[0]);
                            return null;
                        default:
                            throw new UnsupportedOperationException(method.toString());
                    }
                });
    }

    /** Announces content for each demand, as long as there are some. */
    private int announce() {
        AtomicInteger count = new AtomicInteger();
        for (Runnable next = demands.poll(); next != null && count.get() < 1_000; next = demands.poll()) {
            count.incrementAndGet();
            next.run();
        }
        return count.get();
    }

    @Test
    void content_that_is_announced_without_being_there_is_not_demanded_for_ever() {
        body.dropRest(over::add);

        assertThat(announce()).isLessThan(100);

        assertThat(over).containsExactly(false);
    }

    @Test
    void the_rest_is_dropped_until_its_end() {
        chunks.add(Content.Chunk.from(ByteBuffer.wrap(new byte[100]), false));
        body.dropRest(over::add);
        assertThat(over).isEmpty();
        for (int i = 0; i < 50; i++) {
            chunks.add(Content.Chunk.from(ByteBuffer.wrap(new byte[100]), false));
            assertThat(demands).hasSize(1);
            demands.remove().run();
        }
        chunks.add(Content.Chunk.EOF);

        assertThat(announce()).isEqualTo(1);

        assertThat(over).containsExactly(true);
    }
}
