package dev.busbar.host.starts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.starts.StartGate.Turn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StartGateTest {
    private final StartGate gate = new StartGate();
    private final List<String> begun = new ArrayList<>();

    private void enter(Turn turn, String name) {
        gate.enter(turn, () -> begun.add(name));
    }

    @Test
    void others_start_beside_each_other() {
        enter(Turn.BESIDE_OTHERS, "a");
        enter(Turn.BESIDE_OTHERS, "b");

        assertThat(begun).containsExactly("a", "b");
    }

    @Test
    void suspects_start_after_all_others_and_one_by_one() {
        enter(Turn.BESIDE_OTHERS, "a");
        enter(Turn.ALONE, "x");
        enter(Turn.ALONE, "y");
        enter(Turn.BESIDE_OTHERS, "b");
        assertThat(begun).containsExactly("a", "b");

        gate.leave();
        assertThat(begun).containsExactly("a", "b");
        gate.leave();
        assertThat(begun).containsExactly("a", "b", "x");
        enter(Turn.BESIDE_OTHERS, "c");
        assertThat(begun).containsExactly("a", "b", "x");
        gate.leave();
        assertThat(begun).containsExactly("a", "b", "x", "c");
        gate.leave();
        assertThat(begun).containsExactly("a", "b", "x", "c", "y");
    }

    @Test
    void a_requested_start_does_not_wait() {
        enter(Turn.ALONE, "x");
        enter(Turn.AT_ONCE, "a");
        assertThat(begun).containsExactly("x", "a");

        gate.leave();
        enter(Turn.ALONE, "y");
        assertThat(begun).containsExactly("x", "a");
        gate.leave();
        assertThat(begun).containsExactly("x", "a", "y");
    }

    @Test
    void nobody_waits_when_the_host_stops() {
        enter(Turn.ALONE, "x");
        enter(Turn.ALONE, "y");
        enter(Turn.BESIDE_OTHERS, "a");

        gate.open();

        assertThat(begun).containsExactlyInAnyOrder("x", "y", "a");
    }
}
