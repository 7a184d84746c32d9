package dev.busbar.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WatchedStreamTest {
    /** Brings nothing until it is closed. */
    private static final class Silent extends InputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read() throws IOException {
            try {
                closed.await();
                throw new IOException("closed");
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    @Timeout(30)
    void what_stands_still_is_given_up() {
        assertThatThrownBy(() -> new WatchedStream(new Silent(), Duration.ofMillis(50)).read())
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void what_comes_is_handed_on() throws IOException {
        byte[] bytes = {1, -1, 0};

        InputStream watched = new WatchedStream(new ByteArrayInputStream(bytes), Duration.ofSeconds(30));

        assertThat(watched.read()).isEqualTo(1);
        assertThat(watched.read()).isEqualTo(255);
        assertThat(watched.readAllBytes()).containsExactly(0);
        assertThat(watched.read()).isEqualTo(-1);
    }
}
