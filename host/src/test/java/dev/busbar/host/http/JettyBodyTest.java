package dev.busbar.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.pipeline.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
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
    private final List<Throwable> failures = new ArrayList<>();
    private final JettyBody body = new JettyBody(request());
    private int falseAlarms;
    private int alwaysThere;
    private Runnable whenAsked = () -> {};

    /** A request whose content is what the test has put into {@link #chunks}. */
    private Request request() {
        return (Request) Proxy.newProxyInstance(
                Request.class.getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "read":
                            return chunks.poll();
                        case "demand":
                            demand((Runnable) arguments[0]);
                            return null;
                        default:
                            throw new UnsupportedOperationException(method.toString());
                    }
                });
    }

    private void demand(Runnable arrived) {
        if (alwaysThere > 0) {
            alwaysThere--;
            chunks.add(alwaysThere > 0 ? Content.Chunk.from(ByteBuffer.wrap(new byte[1]), false) : Content.Chunk.EOF);
            arrived.run();
        } else if (falseAlarms > 0) {
            falseAlarms--;
            if (falseAlarms == 0) {
                chunks.add(Content.Chunk.from(ByteBuffer.wrap(new byte[] {'a'}), false));
                whenAsked.run();
            }
            arrived.run();
        } else {
            demands.add(arrived);
        }
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

        assertThat(announce()).isLessThan(1_000);

        assertThat(over).containsExactly(false);
    }

    @Test
    void a_body_that_is_announced_without_end_and_never_there_fails_while_it_is_collected() {
        body.collect(10, new Exchange.Collected() {
            @Override
            public void complete(byte[] content) {}

            @Override
            public void failed(Throwable cause) {
                failures.add(cause);
            }
        });

        assertThat(announce()).isLessThan(1_000);

        assertThat(failures).singleElement().isInstanceOf(IOException.class);
    }

    @Test
    void a_body_that_is_announced_without_end_and_never_there_fails_while_it_is_read() {
        falseAlarms = 1_000;

        assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessageContaining("never there");
        assertThat(demands).isEmpty();
        assertThat(body.awaitedNanos()).as("nobody waits").isEqualTo(-1);
    }

    @Test
    void the_time_counts_in_which_a_reader_waits() throws Exception {
        CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
            try {
                return body.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        await().pollInterval(Duration.ofMillis(1)).until(() -> body.awaitedNanos() > 0);
        chunks.add(Content.Chunk.from(ByteBuffer.wrap(new byte[] {'a', 'b'}), false));
        demands.remove().run();

        assertThat(read.get()).isEqualTo('a');
        assertThat(body.awaitedNanos()).as("nobody waits").isEqualTo(-1);
    }

    @Test
    void segments_that_complete_no_record_do_not_end_a_body() throws Exception {
        for (int record = 0; record < 20; record++) {
            falseAlarms = 100;
            assertThat(body.read()).isEqualTo('a');
        }
    }

    @Test
    void content_that_is_there_when_it_is_demanded_is_collected_and_told_once() {
        List<byte[]> bodies = new ArrayList<>();
        falseAlarms = 3;
        whenAsked = () -> chunks.add(Content.Chunk.from(ByteBuffer.wrap(new byte[] {'b'}), true));

        body.collect(2, new Exchange.Collected() {
            @Override
            public void complete(byte[] content) {
                bodies.add(content);
            }

            @Override
            public void failed(Throwable cause) {
                failures.add(cause);
            }
        });

        assertThat(failures).isEmpty();
        assertThat(bodies).containsExactly(new byte[] {'a', 'b'});
    }

    @Test
    void a_body_that_is_found_larger_when_more_of_it_is_demanded_is_told_once() {
        AtomicInteger exceeded = new AtomicInteger();
        falseAlarms = 3;
        whenAsked = () -> chunks.add(Content.Chunk.from(ByteBuffer.wrap(new byte[100]), true));

        body.collectUpTo(50, new Exchange.Collected() {
            @Override
            public void complete(byte[] content) {
                failures.add(new AssertionError("complete"));
            }

            @Override
            public void exceeded() {
                exceeded.incrementAndGet();
            }

            @Override
            public void failed(Throwable cause) {
                failures.add(cause);
            }
        });

        assertThat(failures).isEmpty();
        assertThat(exceeded).hasValue(1);
    }

    @Test
    void content_that_is_there_whenever_it_is_demanded_is_dropped_without_nesting() {
        alwaysThere = 100_000;

        body.dropRest(over::add);

        assertThat(over).containsExactly(true);
        assertThat(alwaysThere).isZero();
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
