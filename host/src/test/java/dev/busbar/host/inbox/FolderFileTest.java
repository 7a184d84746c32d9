package dev.busbar.host.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.inbox.FileState.Phase;
import dev.busbar.host.inbox.FolderFile.Content;
import dev.busbar.host.inbox.FolderFile.Kind;
import dev.busbar.host.inbox.FolderFile.Stamp;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FolderFileTest {
    private static final Stamp BEFORE = new Stamp(1, FileTime.fromMillis(1), "a");
    private static final Stamp AFTER = new Stamp(1, FileTime.fromMillis(2), "a");
    private static final Content BILLING = new Content("digest", "billing", true);

    private final FolderFile file = FolderFile.discovered(BEFORE);

    @Test
    void a_file_settles_when_its_change_has_ended() {
        file.submitted("billing");
        assertThat(file.isSubmittedFor("billing")).isTrue();
        assertThat(file.phase()).isEqualTo(Phase.SUBMITTED);

        file.settled(BEFORE, BILLING);

        assertThat(file.phase()).isEqualTo(Phase.SETTLED);
        assertThat(file.sha256()).isEqualTo("digest");
    }

    @Test
    void a_file_that_was_touched_during_its_change_appears_again() {
        file.submitted("billing");
        file.seen(AFTER);
        assertThat(file.phase()).isEqualTo(Phase.SUBMITTED);

        file.settled(BEFORE, BILLING);

        assertThat(file.phase()).isEqualTo(Phase.APPEARING);
        assertThat(file.sha256()).isEqualTo("digest");
    }

    @Test
    void a_file_that_shall_be_looked_at_again_is_after_its_change() {
        file.submitted("billing");
        file.lookAgain();
        assertThat(file.phase()).isEqualTo(Phase.SUBMITTED);

        file.settled(BEFORE, BILLING);

        assertThat(file.phase()).isEqualTo(Phase.APPEARING);
        assertThat(file.sha256()).as("so that it is not taken for applied").isEmpty();
        assertThat(file.pluginId()).isEqualTo("billing");
    }

    @Test
    void a_missing_file_that_returns_unchanged_is_what_it_was() {
        file.settled(BEFORE, BILLING);
        assertThat(file.missed()).isNotNegative();
        assertThat(file.phase()).isEqualTo(Phase.MISSING);
        assertThat(file.isSettled()).isTrue();

        file.seen(BEFORE);

        assertThat(file.phase()).isEqualTo(Phase.SETTLED);
    }

    @Test
    void a_missing_file_that_returns_changed_appears() {
        file.settled(BEFORE, BILLING);
        assertThat(file.missed()).isNotNegative();

        file.seen(AFTER);

        assertThat(file.phase()).isEqualTo(Phase.APPEARING);
        assertThat(file.isSettled()).isFalse();
    }

    @Test
    void a_removal_that_could_not_be_made_is_postponed_and_the_file_stays_missing() {
        file.settled(BEFORE, BILLING);
        assertThat(file.missed()).isNotNegative();
        file.submitted("billing");

        file.postpone();

        assertThat(file.phase()).isEqualTo(Phase.POSTPONED);
        file.seen(BEFORE);
        assertThat(file.phase()).as("it is back").isEqualTo(Phase.POSTPONED);
        assertThat(file.isSettled()).isTrue();
    }

    @Test
    void a_touched_file_is_not_postponed() {
        file.postpone();

        file.seen(AFTER);

        assertThat(file.phase()).isEqualTo(Phase.APPEARING);
    }

    @Test
    void an_untrusted_jar_is_so_until_it_is_looked_at_again() {
        file.refused(true, BILLING);
        assertThat(file.phase()).isEqualTo(Phase.REFUSED);
        assertThat(file.isUntrusted()).isTrue();

        file.lookAgain();

        assertThat(file.isUntrusted()).isFalse();
        assertThat(file.phase()).isEqualTo(Phase.APPEARING);
    }

    @ParameterizedTest
    @CsvSource({
        "billing.jar, JAR, billing",
        "billing.jar.sig, SIGNATURE, billing",
        "billing.jar.allow, ALLOW, billing.jar",
        "billing.disabled, DISABLED, billing"
    })
    void the_kind_of_a_file_is_in_its_name(String name, Kind kind, String stem) {
        assertThat(Kind.of(name)).hasValue(kind);
        assertThat(kind.stem(name)).isEqualTo(stem);
        assertThat(Kind.of(name + ".part")).isEmpty();
    }
}
