package dev.busbar.plugin.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A platform under test calls others that the test plays. */
final class PlayedPlatformsTest {
    /** Asks a platform named turbo, and tells what it got. */
    private static final class Asking implements Platform {
        private @Nullable PlatformContext context;

        @Override
        public void start(PlatformContext lent) {
            context = lent;
        }

        @Override
        public List<Route> routes() {
            return List.of(
                    Route.get("/ask", this::ask).access(Access.READ),
                    Route.get("/self", this::self).access(Access.READ));
        }

        private PlatformContext context() {
            return Objects.requireNonNull(context);
        }

        private Response ask(Request request) throws InterruptedException {
            PlatformCall call = PlatformCall.get("/things").query("n", "1");
            PlatformResponse answer = context().platforms().call("turbo", call).orThrow();
            return Response.text(
                    new String(answer.bytes(), UTF_8) + answer.header("x-seen").orElse(""));
        }

        private Response self(Request request) throws InterruptedException {
            return Response.text(""
                    + context()
                            .platforms()
                            .callAsSelf("turbo", PlatformCall.get("/"))
                            .status());
        }
    }

    @Test
    void a_platform_that_is_played_answers_what_the_test_wants() throws Exception {
        try (PlatformHarness harness = PlatformHarness.start(new Asking())) {
            harness.stub(
                    "turbo", call -> Response.text(call + "?" + call.query()).header("X-Seen", "!"));
            assertThat(harness.get("/ask").call().text()).isEqualTo("GET /things?n=1!");

            harness.stub("turbo", call -> Response.bytes("text/plain", "b".getBytes(UTF_8)));
            assertThat(harness.get("/ask").call().text()).isEqualTo("b");

            harness.stub("turbo", call -> Response.stream("text/plain", out -> out.write('s')));
            assertThat(harness.get("/ask").call().text()).isEqualTo("s");

            harness.stub("turbo", call -> Response.json(List.of(1)));
            assertThat(harness.get("/ask").call().text()).isEqualTo("[1]");
        }
    }

    @Test
    void what_it_refuses_is_passed_on_and_one_that_is_not_played_is_away() throws Exception {
        try (PlatformHarness harness = PlatformHarness.start(new Asking())) {
            assertThat(harness.get("/ask").call().problem()).contains("platform-unavailable");
            assertThat(harness.get("/self").call().text()).isEqualTo("503");

            harness.stub("turbo", call -> {
                throw ProblemException.conflict("not now");
            });
            TestResult refused = harness.get("/ask").call();
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text()).contains("not now");
        }
    }
}
