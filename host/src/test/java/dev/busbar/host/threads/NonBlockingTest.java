package dev.busbar.host.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Where code must not block, and where it may. */
final class NonBlockingTest {
    @Test
    void a_marked_thread_refuses_what_may_block_and_says_what_and_where() {
        NonBlocking.run(() -> assertThatThrownBy(() -> NonBlocking.forbid("the store"))
                .isInstanceOf(NonBlocking.WouldBlockException.class)
                .hasMessage("the store may block, and thread "
                        + Thread.currentThread().getName() + " must not (expected: to be called on a worker thread)")
                .satisfies(thrown -> assertThat(thrown.getStackTrace()).isNotEmpty()));
    }

    @Test
    void a_retry_that_is_asked_for_costs_no_stack_trace() {
        NonBlocking.run(() -> assertThatThrownBy(() -> NonBlocking.requireWorker("a look-up"))
                .isInstanceOf(NonBlocking.WouldBlockException.class)
                .satisfies(thrown -> assertThat(thrown.getStackTrace()).isEmpty()));
    }

    @Test
    void a_thread_may_block_again_when_its_task_has_returned_or_thrown() {
        NonBlocking.run(() -> {});
        assertThatThrownBy(() -> NonBlocking.run(() -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(NonBlocking.isCurrent()).isFalse();
        assertThatCode(() -> NonBlocking.forbid("the store")).doesNotThrowAnyException();
        assertThatCode(() -> NonBlocking.requireWorker("a look-up")).doesNotThrowAnyException();
    }

    @Test
    void a_task_within_a_task_does_not_take_the_mark_off() {
        NonBlocking.run(() -> {
            NonBlocking.run(() -> {});

            assertThat(NonBlocking.isCurrent()).isTrue();
        });
    }
}
