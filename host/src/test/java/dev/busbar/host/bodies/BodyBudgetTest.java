package dev.busbar.host.bodies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which bodies get memory, and how much of it. */
@Tag("race")
final class BodyBudgetTest {
    private static final long MIB = 1 << 20;

    private final BodyBudget budget = new BodyBudget(16 * MIB, 4);

    @Test
    void a_caller_gets_an_eighth() {
        assertThat(budget.tryAcquire("anna", MIB)).isTrue();
        assertThat(budget.tryAcquire("anna", MIB)).isTrue();
        assertThat(budget.tryAcquire("anna", 1)).isFalse();
        assertThat(budget.tryAcquire("bert", MIB)).isTrue();
    }

    @Test
    void the_first_body_of_a_caller_may_be_larger_than_its_share() {
        assertThat(budget.tryAcquire("anna", 10 * MIB)).isTrue();
        assertThat(budget.tryAcquire("anna", 1)).isFalse();
        budget.release("anna", 10 * MIB);
        assertThat(budget.used()).isZero();
        assertThat(budget.tryAcquire("anna", 1)).isTrue();
    }

    @Test
    void the_first_part_of_a_body_does_not_keep_it_from_being_bound() {
        for (int i = 0; i < 3; i++) {
            new BodyShare(budget, "anna").take(64 * 1024, "the body");
        }
        BoundBody bound = new BoundBody(new BodyShare(budget, "anna"));

        InputStream unused = bound.over(InputStream.nullInputStream(), 500_000);

        assertThat(budget.used()).isEqualTo(3 * 64 * 1024 + 500_000L * BoundBody.WEIGHT);
        assertThat(budget.tryAcquire("anna", 1)).isFalse();
    }

    @Test
    void a_body_that_is_collected_as_a_whole_can_be_bound_in_a_small_heap() {
        BodyBudget small = new BodyBudget(BodySettings.DEFAULTS.memoryOf(256 * MIB), 512);
        new BodyShare(small, "anna").take(900 * 1024, "the body");

        InputStream unused =
                new BoundBody(new BodyShare(small, "anna")).over(InputStream.nullInputStream(), 900 * 1024);

        assertThat(small.used()).isEqualTo(900L * 1024 * (1 + BoundBody.WEIGHT));
    }

    @Test
    void only_small_bodies_use_the_last_quarter() {
        assertThat(budget.tryAcquire("anna", 12 * MIB)).isTrue();

        assertThat(budget.tryAcquire("bert", MIB)).isFalse();
        assertThat(budget.tryAcquire("bert", BodyBudget.SMALL)).isTrue();
        for (int i = 0; i < 63; i++) {
            assertThat(budget.tryAcquire("caller" + i, BodyBudget.SMALL)).isTrue();
        }
        assertThat(budget.tryAcquire("carl", BodyBudget.SMALL)).isFalse();
    }

    @Test
    void a_caller_has_a_max_number_of_bodies() {
        for (int i = 0; i < 4; i++) {
            assertThat(budget.tryAcquire("anna", 1)).isTrue();
        }
        assertThat(budget.tryAcquire("anna", 1)).isFalse();
    }

    @Test
    void a_body_that_fits_no_budget_is_413_and_one_that_does_not_fit_now_503() {
        BodyShare other = new BodyShare(budget, "anna");
        other.take(12 * MIB, "the body");

        assertThatThrownBy(() -> new BodyShare(budget, "bert").take(13 * MIB, "the body"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.status())
                        .isEqualTo(413));
        assertThatThrownBy(() -> new BodyShare(budget, "bert").take(MIB, "the body"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.headers()).containsKey("Retry-After");
                });
    }

    @Test
    void what_was_released_takes_nothing_more() {
        BodyShare share = new BodyShare(budget, "anna");
        share.take(MIB, "the body");
        share.shrinkTo(100);
        assertThat(budget.used()).isEqualTo(100);

        share.release();
        share.release();
        share.shrinkTo(0);

        assertThat(budget.used()).isZero();
        assertThatThrownBy(() -> share.take(1, "the body")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bound_json_counts_several_times_its_size_before_it_is_read() {
        BoundBody bound = new BoundBody(new BodyShare(budget, "anna"));

        InputStream unused = bound.over(InputStream.nullInputStream(), 100_000);

        assertThat(budget.used()).isEqualTo(100_000L * BoundBody.WEIGHT);
        bound.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void bound_json_of_unknown_length_counts_as_it_is_read() throws IOException {
        BoundBody bound = new BoundBody(new BodyShare(budget, "anna"));
        InputStream counted = bound.over(new ByteArrayInputStream(new byte[2 << 20]), -1);

        assertThat(counted.readNBytes(BoundBody.FREE_BYTES)).hasSize(BoundBody.FREE_BYTES);
        assertThat(budget.used()).isZero();
        assertThat(counted.read()).isZero();
        assertThat(budget.used()).isEqualTo(64L * 1024 * BoundBody.WEIGHT);

        assertThatThrownBy(counted::readAllBytes)
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.status())
                        .isEqualTo(413));
    }

    @Test
    void the_default_is_a_quarter_of_the_heap() {
        assertThat(BodySettings.DEFAULTS.memoryOf(256 * MIB)).isEqualTo(64 * MIB);
        assertThat(BodySettings.DEFAULTS.memoryOf(16_384 * MIB)).isEqualTo(512 * MIB);
        assertThat(new BodySettings(32 * MIB, 1, Duration.ofSeconds(1)).memoryOf(256 * MIB))
                .isEqualTo(32 * MIB);
        assertThatThrownBy(() -> new BodySettings(1, 1, Duration.ofSeconds(1)))
                .hasMessageContaining("memory: 1 (expected: at least");
        assertThatThrownBy(() -> new BodySettings(0, 0, Duration.ofSeconds(1))).hasMessageContaining("minRate: 0");
    }
}
