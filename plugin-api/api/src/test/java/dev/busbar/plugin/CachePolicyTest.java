package dev.busbar.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The declaration of cached responses. */
final class CachePolicyTest {
    private static final CachePolicy MINUTE = CachePolicy.of(Duration.ofMinutes(1));
    private static final Handler NOTHING = request -> Response.noContent();

    @Test
    void a_policy_remembers_what_was_declared_and_changes_only_its_copy() {
        CachePolicy full = MINUTE.staleWhileRevalidate(Duration.ofSeconds(2))
                .staleIfError(Duration.ofSeconds(3))
                .vary("X-Unit", "Accept-Language", "x-unit")
                .tags("a", "b", "a")
                .shared()
                .survivesSwap();

        assertThat(full.fresh()).isEqualTo(Duration.ofMinutes(1));
        assertThat(full.staleWhileRevalidate()).isEqualTo(Duration.ofSeconds(2));
        assertThat(full.staleIfError()).isEqualTo(Duration.ofSeconds(3));
        assertThat(full.vary()).containsExactly("accept-language", "x-unit");
        assertThat(full.tags()).containsExactlyInAnyOrder("a", "b");
        assertThat(full.isShared()).isTrue();
        assertThat(full.isSurvivingSwap()).isTrue();
        assertThat(MINUTE.vary()).isEmpty();
        assertThat(MINUTE.isShared()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "P31D"})
    void a_time_that_makes_no_sense_is_refused(String time) {
        Duration duration = Duration.parse(time);

        assertThatThrownBy(() -> CachePolicy.of(duration)).hasMessageContaining("cache fresh: " + duration);
        if (!duration.isZero()) {
            assertThatThrownBy(() -> MINUTE.staleIfError(duration)).hasMessageContaining("expected: ");
            assertThatThrownBy(() -> MINUTE.staleWhileRevalidate(duration)).hasMessageContaining("expected: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "Authorization", "cookie", "X-API-Key", "a b", ""})
    void a_field_on_which_no_answer_can_depend_is_refused(String field) {
        assertThatThrownBy(() -> MINUTE.vary(field)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\n", "é"})
    void a_tag_that_cannot_be_told_is_refused(String tag) {
        assertThatThrownBy(() -> MINUTE.tags(tag)).hasMessageContaining("cache tag");
    }

    @Test
    void only_what_changes_nothing_is_kept_and_only_a_post_is_pure() {
        assertThatThrownBy(() -> Route.post("/sum", NOTHING).cache(MINUTE)).hasMessageContaining("POST /sum");
        assertThatThrownBy(() -> Route.put("/sum", NOTHING).cache(MINUTE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Route.get("/sum", NOTHING).pure()).hasMessageContaining("expected: a POST");
        assertThatThrownBy(() -> Route.get("/sum", NOTHING).invalidates("a")).hasMessageContaining("GET /sum");
        assertThatThrownBy(() -> Route.post("/sum", NOTHING).pure().invalidates("a"))
                .isInstanceOf(IllegalStateException.class);

        Route pure = Route.post("/sum", NOTHING).pure().cache(MINUTE);
        assertThat(pure.isPure()).isTrue();
        assertThat(pure.cachePolicy()).contains(MINUTE);
        assertThat(Route.post("/sum", NOTHING).invalidates("a").invalidatedTags())
                .containsExactly("a");
    }
}
