package dev.busbar.host.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.jobs.ClaimStore.Candidate;
import dev.busbar.host.jobs.ClaimStore.Offer;
import dev.busbar.host.jobs.ClaimStore.TypeKey;
import dev.busbar.host.jobs.FairShare.Room;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class FairShareTest {
    private static final TypeKey COUNT = new TypeKey("billing", "count");

    private final FairShare share = new FairShare();

    private static Candidate job(String principal, int number) {
        return new Candidate(
                principal + number,
                "billing",
                "count",
                principal,
                0,
                Instant.EPOCH.plusSeconds(number),
                1,
                0,
                "service",
                "",
                "key",
                "",
                "corr-0001");
    }

    private static Room room(int free, int concurrency, int maxPerPrincipal) {
        return new Room(
                Map.of(COUNT, new Offer(COUNT, free, concurrency, List.of())), Map.of(), Map.of(), maxPerPrincipal);
    }

    private List<String> choose(List<Candidate> waiting, Room room) {
        return share.choose(waiting, room).stream().map(Candidate::id).toList();
    }

    @Test
    void principals_take_turns_each_in_the_order_of_its_queue() {
        List<Candidate> waiting = List.of(job("ada", 1), job("ada", 2), job("ada", 3), job("bob", 8), job("cid", 9));

        assertThat(choose(waiting, room(5, 9, 9))).containsExactly("ada1", "bob8", "cid9", "ada2", "ada3");
    }

    @Test
    void a_turn_is_remembered_until_the_next_choice() {
        assertThat(choose(List.of(job("ada", 1), job("bob", 2)), room(1, 9, 9))).containsExactly("ada1");

        assertThat(choose(List.of(job("ada", 1), job("bob", 2)), room(1, 9, 9))).containsExactly("bob2");
        assertThat(choose(List.of(job("ada", 3), job("bob", 4)), room(1, 9, 9))).containsExactly("ada3");
    }

    @Test
    void one_job_of_another_waits_for_one_thread_whatever_is_queued_before_it() {
        List<Candidate> waiting = new ArrayList<>();
        for (int n = 0; n < 10_000; n++) {
            waiting.add(job("ada", n));
        }
        choose(waiting, room(3, 9, 9));
        waiting.add(job("bob", 20_000));

        assertThat(choose(waiting, room(1, 9, 9))).containsExactly("bob20000");
    }

    @Test
    void no_limit_is_passed() {
        List<Candidate> waiting = List.of(job("ada", 1), job("ada", 2), job("ada", 3), job("bob", 8));

        assertThat(choose(waiting, room(5, 2, 9))).hasSize(2);
        assertThat(choose(waiting, room(5, 9, 1))).containsExactlyInAnyOrder("ada1", "bob8");
        assertThat(choose(waiting, room(0, 9, 9))).isEmpty();
    }
}
