package dev.busbar.host.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PendingContainmentsTest {
    private static final Desired BILLING = new Desired("billing", "digest", "2.0.0", true, Origin.API, "", 0, true);
    private static final Containment DISABLE = new Containment.Disable("billing");
    private static final Containment ROLLBACK =
            new Containment.Rollback(new Desired("billing", "earlier", "1.0.0", true, Origin.API, "", 0, true));

    private final PendingContainments pending = new PendingContainments();

    private Desired read(Map<String, List<PendingContainments.Entry>> before) {
        return pending.applyTo(BILLING, before, action -> true);
    }

    @Test
    void an_action_that_is_settled_while_a_row_is_read_has_its_effect_on_it() {
        pending.add(DISABLE);
        Map<String, List<PendingContainments.Entry>> before = pending.all();
        pending.settle(DISABLE);

        assertThat(read(before).enabled()).isFalse();
        assertThat(read(pending.all()).enabled()).isTrue();
    }

    @Test
    void an_action_that_is_requested_while_a_row_is_read_has_its_effect_on_it() {
        Map<String, List<PendingContainments.Entry>> before = pending.all();
        pending.add(DISABLE);

        assertThat(read(before).enabled()).isFalse();
    }

    @Test
    void actions_have_their_effects_in_the_order_of_their_requests() {
        pending.add(DISABLE);
        pending.add(ROLLBACK);
        assertThat(read(pending.all()).enabled()).isTrue();
        Map<String, List<PendingContainments.Entry>> before = pending.all();
        pending.settle(DISABLE);
        pending.add(DISABLE);

        assertThat(read(before)).isEqualTo(ROLLBACK.applyTo(BILLING).withEnabled(false));
    }

    @Test
    void an_action_that_cannot_be_applied_has_no_effect() {
        pending.add(ROLLBACK);

        assertThat(pending.applyTo(BILLING, Map.of(), action -> false)).isEqualTo(BILLING);
    }
}
