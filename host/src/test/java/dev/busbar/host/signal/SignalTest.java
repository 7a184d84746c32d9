package dev.busbar.host.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalTest {
    private final Signal<String> signal = new Signal<>("test");
    private final List<String> heard = new ArrayList<>();

    @Test
    void every_listener_hears_of_an_event_in_the_order_of_adding() {
        signal.listen(event -> heard.add("first " + event));
        signal.listen(event -> heard.add("second " + event));

        signal.emit("a");
        signal.emit("b");

        assertThat(heard).containsExactly("first a", "second a", "first b", "second b");
    }

    @Test
    void an_event_without_listeners_goes_nowhere() {
        signal.emit("a");
        signal.listen(heard::add);

        assertThat(heard).isEmpty();
    }

    @Test
    void a_listener_that_throws_keeps_no_other_from_hearing() {
        signal.listen(event -> {
            throw new IllegalStateException(event);
        });
        signal.listen(event -> {
            throw new LinkageError(event);
        });
        signal.listen(heard::add);

        signal.emit("a");

        assertThat(heard).containsExactly("a");
    }

    @Test
    void a_listener_that_is_added_meanwhile_hears_of_the_next_event() {
        signal.listen(event -> signal.listen(heard::add));

        signal.emit("a");
        assertThat(heard).isEmpty();
        signal.emit("b");

        assertThat(heard).containsExactly("b");
    }

    @Test
    void listeners_are_added_while_other_threads_emit() throws Exception {
        int threads = 4;
        int each = 200;
        AtomicInteger late = new AtomicInteger();
        AtomicInteger early = new AtomicInteger();
        signal.listen(event -> early.incrementAndGet());
        CountDownLatch together = new CountDownLatch(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            all.add(pool.submit(() -> {
                together.countDown();
                together.await();
                for (int n = 0; n < each; n++) {
                    signal.listen(event -> late.incrementAndGet());
                    signal.emit("a");
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();

        assertThat(early).hasValue(threads * each);
        int before = late.get();
        signal.emit("last");
        assertThat(late.get() - before).isEqualTo(threads * each);
    }
}
