package dev.busbar.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.jobs.JobStatus;
import dev.busbar.plugin.testing.PlatformHarness;
import dev.busbar.plugin.testing.TestResult;
import dev.busbar.wordcount.WordcountPlatform.Count;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WordcountPlatformTest {
    private PlatformHarness harness;

    @BeforeEach
    void start() throws Exception {
        harness = PlatformHarness.start(new WordcountPlatform());
    }

    @AfterEach
    void close() {
        harness.close();
    }

    private String store(String name, String text) throws Exception {
        TestResult result = harness.put("/" + name).body("text/plain", text).call();
        assertThat(result.status()).as(result.text()).isEqualTo(202);
        return result.text();
    }

    private long words(String name) throws Exception {
        return harness.get("/" + name).call().json(Count.class).words();
    }

    @Test
    void a_stored_text_is_counted() throws Exception {
        String job = store("moby-dick", "Call me  Ishmael.\nSome years ago");
        assertThat(harness.get("/moby-dick").call().status()).isEqualTo(404);

        harness.jobs().run();

        assertThat(words("moby-dick")).isEqualTo(6);
        assertThat(harness.jobs().result(job, Count.class).words()).isEqualTo(6);
    }

    @Test
    void counting_continues_from_its_checkpoint_in_the_midst_of_a_word() throws Exception {
        String job = store("long", "seven77 ".repeat((1 << 17) - 1) + "across the-border " + "x ".repeat(1 << 19));

        harness.jobs().runToCheckpoint();
        JobStatus status = harness.jobs().status(job);
        harness.jobs().run();

        assertThat(status.state()).isEqualTo(JobStatus.State.QUEUED);
        assertThat(status.done()).isEqualTo(1 << 20);
        assertThat(words("long")).isEqualTo((1 << 17) - 1 + 2 + (1 << 19));
    }

    @Test
    void an_empty_text_has_no_words() throws Exception {
        store("empty", "");

        harness.jobs().run();

        assertThat(words("empty")).isZero();
    }

    @Test
    void the_same_text_again_is_the_same_job() throws Exception {
        String job = store("twice", "a b");

        assertThat(store("twice", "a b")).isEqualTo(job);
        assertThat(store("other", "a b")).isNotEqualTo(job);
    }

    @Test
    void a_text_that_was_replaced_is_not_counted() throws Exception {
        String replaced = store("draft", "one");
        store("draft", "one two");

        harness.jobs().run();

        assertThat(words("draft")).isEqualTo(2);
        assertThat(harness.jobs().status(replaced).state()).isEqualTo(JobStatus.State.FAILED);
        assertThat(harness.jobs().failure(replaced).orElseThrow()).hasMessageContaining("was replaced");
    }

    @Test
    void the_count_of_replaced_content_is_not_shown() throws Exception {
        store("draft", "one");
        harness.jobs().run();

        store("draft", "one two");

        assertThat(harness.get("/draft").call().problem()).contains("not-found");
    }

    @Test
    void texts_are_deleted_after_a_month() throws Exception {
        store("old", "one");
        harness.jobs().run();
        harness.time().advance(Duration.ofDays(20));
        store("new", "two words");
        harness.jobs().run();
        harness.time().advance(Duration.ofDays(20));

        String sweep = harness.jobs().submit("sweep", 30);
        harness.jobs().run();

        assertThat(harness.jobs().result(sweep, String[].class)).containsExactly("old");
        assertThat(harness.get("/old").call().status()).isEqualTo(404);
        assertThat(words("new")).isEqualTo(2);
    }

    @Test
    void the_sweep_is_scheduled() {
        assertThat(new WordcountPlatform().schedules()).singleElement().satisfies(nightly -> {
            assertThat(nightly.type().name()).isEqualTo("sweep");
            assertThat(nightly.cron()).contains("30 2 * * *");
        });
    }

    @Test
    void an_invalid_name_and_another_media_type_are_refused() throws Exception {
        assertThat(harness.put("/Moby%20Dick").body("text/plain", "a").call().problem())
                .contains("validation-failed");
        assertThat(harness.put("/moby-dick").body("text/html", "a").call().status())
                .isEqualTo(415);
    }

    @Test
    void it_can_be_replaced_again_and_again() throws Exception {
        PlatformHarness.requireNoLeaks(WordcountPlatform.class, started -> {
            started.put("/moby-dick").body("text/plain", "a b").call();
            started.jobs().run();
        });
    }
}
