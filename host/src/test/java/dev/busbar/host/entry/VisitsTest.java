package dev.busbar.host.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.contract.Owner;
import dev.busbar.host.pipeline.Acting;
import dev.busbar.host.pipeline.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class VisitsTest {
    private static final int MORE_THAN_SLOTS = 500;

    private final Visits visits = new Visits();
    private final Acting alone = new Doors(Meters.NONE, () -> "made-here").alone();
    private final Door door = Door.uncounted(new Generation(new Owner.Platform("billing", 1), "1.0.0"));

    private Visit visit() {
        return door.visit(new Nothing(alone));
    }

    /** An entry that does nothing. */
    private record Nothing(Acting acting) implements Entry {
        @Override
        public Kind kind() {
            return Kind.TASK;
        }

        @Override
        public String label() {
            return "nothing";
        }

        @Override
        public Pass pass() {
            return Pass.WITHOUT_LEASE;
        }

        @Override
        public void run() {}

        @Override
        public void failed(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void refused() {
            throw new AssertionError("refused");
        }
    }

    @Test
    void more_visits_of_one_thread_than_there_are_slots_are_all_listed_until_they_are_removed() {
        List<Visit> added =
                IntStream.range(0, MORE_THAN_SLOTS).mapToObj(i -> visit()).toList();

        added.forEach(visits::add);

        assertThat(visits.stream()).containsExactlyInAnyOrderElementsOf(added);
        added.subList(0, MORE_THAN_SLOTS - 1).forEach(visits::remove);
        assertThat(visits.stream()).containsExactly(added.get(MORE_THAN_SLOTS - 1));
        visits.remove(added.get(MORE_THAN_SLOTS - 1));
        assertThat(visits.stream()).isEmpty();
    }

    @Test
    void threads_that_come_and_go_at_once_lose_no_visit() throws Exception {
        int count = 100;
        CountDownLatch inside = new CountDownLatch(count);
        CountDownLatch leave = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                for (int turn = 0; turn < 1_000; turn++) {
                    Visit passing = visit();
                    visits.add(passing);
                    visits.remove(passing);
                }
                Visit staying = visit();
                visits.add(staying);
                inside.countDown();
                awaitQuietly(leave);
                visits.remove(staying);
            });
            thread.start();
            threads.add(thread);
        }

        inside.await();
        assertThat(visits.stream().distinct()).hasSize(count);
        leave.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(visits.stream()).isEmpty();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
