package dev.busbar.host.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("race")
final class DeadlinesTest {
    private static final int ROUNDS = 2_000;

    private final AtomicLong now = new AtomicLong();
    private final Deadlines deadlines = new Deadlines(now::get);
    private final List<String> expired = new ArrayList<>();

    /** An entry whose deadline may be moved. */
    private class Entry implements Deadlines.Due {
        private final String name;
        private volatile long due;

        Entry(String name, long due) {
            this.name = name;
            this.due = due;
        }

        @Override
        public long dueNanos() {
            return due;
        }

        @Override
        public void expire() {
            expired.add(name);
        }
    }

    private void tickAt(long nanos) {
        now.set(nanos);
        deadlines.tick();
    }

    @Test
    void an_entry_expires_at_its_deadline_and_once() {
        deadlines.add(new Entry("early", 10));
        deadlines.add(new Entry("late", 20));

        tickAt(9);
        assertThat(expired).isEmpty();
        tickAt(10);
        tickAt(11);
        assertThat(expired).containsExactly("early");
        tickAt(30);
        assertThat(expired).containsExactly("early", "late");
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void an_entry_that_was_removed_does_not_expire() {
        Entry entry = new Entry("removed", 10);
        deadlines.add(entry);

        assertThat(deadlines.remove(entry)).isTrue();
        tickAt(10);

        assertThat(expired).isEmpty();
        assertThat(deadlines.remove(entry)).isFalse();
    }

    @Test
    void a_deadline_may_move_and_an_entry_may_come_again() {
        Entry entry = new Entry("moved", 10);
        deadlines.add(entry);
        entry.due = 20;
        tickAt(10);
        assertThat(expired).isEmpty();

        tickAt(20);
        deadlines.add(entry);
        tickAt(21);

        assertThat(expired).containsExactly("moved", "moved");
    }

    @Test
    void time_may_pass_the_largest_number() {
        deadlines.add(new Entry("wrapped", Long.MIN_VALUE + 5));

        tickAt(Long.MAX_VALUE);
        assertThat(expired).isEmpty();
        tickAt(Long.MIN_VALUE + 5);

        assertThat(expired).containsExactly("wrapped");
    }

    @Test
    void an_entry_that_throws_keeps_no_other_from_expiring() {
        for (int i = 0; i < 8; i++) {
            deadlines.add(new Entry("good", 10));
            deadlines.add(new Entry("bad", 10) {
                @Override
                public void expire() {
                    throw new AssertionError("on purpose");
                }
            });
        }

        tickAt(10);

        assertThat(expired).hasSize(8).containsOnly("good");
        assertThat(deadlines.size()).isZero();
    }

    @Test
    void an_entry_that_would_block_is_refused() {
        deadlines.add(new Entry("blocking", 10) {
            @Override
            public void expire() {
                NonBlocking.forbid("the store");
                super.expire();
            }
        });

        tickAt(10);

        assertThat(expired).isEmpty();
    }

    @Test
    void either_the_tick_or_the_remover_gets_an_entry() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger taken = new AtomicInteger();
        now.set(10);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Entry entry = new Entry("raced", 10) {
                    @Override
                    public void expire() {
                        taken.incrementAndGet();
                    }
                };
                deadlines.add(entry);
                Future<?> tick = threads.submit(() -> {
                    together.await();
                    deadlines.tick();
                    return null;
                });
                Future<?> remover = threads.submit(() -> {
                    together.await();
                    if (deadlines.remove(entry)) {
                        taken.incrementAndGet();
                    }
                    return null;
                });
                tick.get(30, TimeUnit.SECONDS);
                remover.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(taken).hasValue(ROUNDS);
    }
}
