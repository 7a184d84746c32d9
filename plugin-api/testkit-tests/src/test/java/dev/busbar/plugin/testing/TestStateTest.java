package dev.busbar.plugin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.state.ConflictException;
import dev.busbar.plugin.state.Document;
import dev.busbar.plugin.state.DocumentType;
import dev.busbar.plugin.state.Documents;
import dev.busbar.plugin.state.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lasting state in the harness. The host's tests hold both to the same behaviour. */
final class TestStateTest {
    /** A bill of the first version. */
    public record BillV1(String name) {}

    /** A bill of the second version. */
    public record Bill(String customer, int amount) {}

    /** The version that has written state. */
    public static final class First implements Platform {
        private static final DocumentType<BillV1> BILLS = DocumentType.of("bills", BillV1.class);

        @Override
        public List<DocumentType<?>> documents() {
            return List.of(BILLS);
        }

        @Override
        public void start(PlatformContext context) throws IOException {
            context.documents(BILLS).put("b", new BillV1("ada"));
            Path unused = Files.writeString(context.cache().resolve("index"), "made once");
        }
    }

    /** The version that reads it. */
    public static final class Second implements Platform {
        private static final DocumentType<Bill> BILLS = DocumentType.of("bills", Bill.class)
                .schema(2)
                .reads(1, BillV1.class, earlier -> new Bill(earlier.name(), 0))
                .field("customer", Codec.STRING, Bill::customer);

        private Documents<Bill> bills;
        private Path cache;

        @Override
        public List<DocumentType<?>> documents() {
            return List.of(BILLS);
        }

        @Override
        public void start(PlatformContext context) {
            bills = context.documents(BILLS);
            cache = context.cache();
        }

        @Override
        public List<Route> routes() {
            return List.of(
                    Route.get(
                                    "/bills",
                                    request -> Response.json(bills.stream(Query.all())
                                            .map(Document::value)
                                            .toList()))
                            .access(Access.READ),
                    Route.get("/index", request -> Response.text(Files.readString(cache.resolve("index"))))
                            .access(Access.READ),
                    Route.post("/bills", this::create).access(Access.WRITE));
        }

        private Response create(Request request) {
            try {
                return Response.json(bills.create("b", new Bill("bob", 1)).value());
            } catch (ConflictException e) {
                throw e.toProblem();
            }
        }
    }

    @Test
    void a_version_uses_what_the_one_before_has_written() throws Exception {
        try (TestState state = TestState.empty()) {
            PlatformHarness.start(new First(), "{}", state).close();

            try (PlatformHarness second = PlatformHarness.start(new Second(), "{}", state)) {
                assertThat(second.get("/bills").call().json(Bill[].class)).containsExactly(new Bill("ada", 0));
                assertThat(second.get("/index").call().text()).isEqualTo("made once");
                TestResult conflict = second.post("/bills").call();
                assertThat(conflict.status()).isEqualTo(409);
                assertThat(conflict.text()).contains("\"currentVersion\":\"1\"");
            }
        }
    }

    @Test
    void a_harness_without_a_state_begins_with_none() throws Exception {
        PlatformHarness.start(new First()).close();

        try (PlatformHarness second = PlatformHarness.start(new Second())) {
            assertThat(second.get("/bills").call().json(Bill[].class)).isEmpty();
        }
    }

    @Test
    void state_holds_no_class_of_a_platform() throws Exception {
        PlatformHarness.requireNoLeaks(Second.class, harness -> {
            assertThat(harness.post("/bills").call().status()).isEqualTo(200);
            assertThat(harness.get("/bills").call().status()).isEqualTo(200);
        });
    }
}
