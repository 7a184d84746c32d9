package dev.busbar.host.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.desired.DesiredStore.Stored;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KnownPluginTest {
    private static final Desired ONE = desired("1.0.0");
    private static final Desired TWO = desired("2.0.0");

    private static Desired desired(String version) {
        return new Desired("billing", "digest", version, true, Origin.API, "", 0, true);
    }

    @Test
    void a_later_row_is_news_and_an_earlier_one_is_not_unless_it_was_read_later() {
        KnownPlugin known = KnownPlugin.present(TWO, 5);

        assertThat(known.isNews(new Stored(ONE, 6, 6))).isTrue();
        assertThat(known.isNews(new Stored(ONE, 4, 4))).as("read before").isFalse();
        assertThat(known.isNews(new Stored(ONE, 4, 5)))
                .as("of a store that went back")
                .isTrue();
        assertThat(known.isNews(new Stored(TWO, 5, 5))).isFalse();
        assertThat(known.isNews(new Stored(ONE, 5, 5)))
                .as("its revision used again")
                .isTrue();
    }

    @Test
    void a_removed_plugin_is_news_when_it_is_there_later() {
        KnownPlugin removed = KnownPlugin.removed(5);

        assertThat(removed.isNews(new Stored(ONE, 4, 4))).isFalse();
        assertThat(removed.isNews(new Stored(ONE, 4, 5))).isTrue();
        assertThat(removed.isNews(new Stored(ONE, 6, 6))).isTrue();
        assertThat(removed.revisionOfRow()).isZero();
    }

    /** A containment action is settled by another thread than the one that decides. */
    @Test
    void a_row_that_is_accepted_late_replaces_neither_a_later_change_nor_a_removal() {
        Stored late = new Stored(ONE, 5, 5);

        assertThat(KnownPlugin.present(ONE, 4).isBefore(late)).isTrue();
        assertThat(KnownPlugin.present(TWO, 6).isBefore(late)).isFalse();
        assertThat(KnownPlugin.removed(4).isBefore(late)).isFalse();
    }

    @Test
    void the_history_is_kept_until_it_is_read_again() {
        KnownPlugin read = KnownPlugin.present(ONE, 4).withHistory(List.of(ONE));

        assertThat(read.next(KnownPlugin.present(TWO, 5)).history()).hasValue(List.of(ONE));
        assertThat(read.next(KnownPlugin.present(TWO, 5)).desired()).hasValue(TWO);
    }
}
