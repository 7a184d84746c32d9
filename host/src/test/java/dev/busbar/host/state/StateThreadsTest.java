package dev.busbar.host.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.store.Fence;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.Transaction;
import dev.busbar.plugin.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work of platforms on the threads of the store. */
class StateThreadsTest {
    @Test
    void the_fence_of_the_caller_hears_of_an_outage_by_the_problem_that_the_caller_gets() {
        List<RuntimeException> heard = new ArrayList<>();
        Fence before = Fence.enter(new Fence() {
            @Override
            public void check(Transaction transaction) {}

            @Override
            public void unavailable(RuntimeException problem) {
                heard.add(problem);
            }
        });
        try (StateThreads threads = new StateThreads(1)) {
            assertThatThrownBy(() -> threads.run(() -> {
                        throw new StoreException("the disk is full");
                    }))
                    .isInstanceOfSatisfying(ProblemException.class, problem -> {
                        assertThat(problem.status()).isEqualTo(503);
                        assertThat(heard).singleElement().isSameAs(problem);
                    });
        } finally {
            Fence unused = Fence.enter(before);
        }
    }
}
