package dev.busbar.hello;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.testing.PlatformHarness;
import dev.busbar.plugin.testing.TestResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HelloPlatformTest {
    private PlatformHarness harness;

    @BeforeEach
    void start() throws Exception {
        harness = PlatformHarness.start(new HelloPlatform());
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void it_greets_the_world() throws Exception {
        TestResult result = harness.get("/").call();

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.json(HelloPlatform.Greeting.class).message()).isEqualTo("Hello, world");
    }

    @Test
    void it_greets_by_name() throws Exception {
        TestResult result = harness.get("/Ada%20Lovelace").call();

        assertThat(result.json(HelloPlatform.Greeting.class).message()).isEqualTo("Hello, Ada Lovelace");
    }

    @Test
    void it_says_hello_as_often_as_is_allowed() throws Exception {
        TestResult twice = harness.get("/Ada").query("times", "2").call();
        TestResult eleven = harness.get("/Ada").query("times", "11").call();

        assertThat(twice.json(HelloPlatform.Greeting.class).message()).isEqualTo("Hello, Hello, Ada");
        assertThat(eleven.problem()).contains("validation-failed");
        assertThat(eleven.text()).contains("an integer from 1 to 10");
    }

    @Test
    void it_only_answers_to_get() throws Exception {
        assertThat(harness.post("/").call().problem()).contains("method-not-allowed");
    }

    @Test
    void it_can_be_replaced_again_and_again() throws Exception {
        PlatformHarness.requireNoLeaks(
                HelloPlatform.class, started -> started.get("/Ada").call());
    }
}
