package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of request bodies: what a request could not be bound to is refused when the route is declared. */
final class BodyTypesTest {
    enum Kind {
        A,
        B
    }

    record Item(String name, Optional<Kind> kind, List<Item> children) {}

    record Order(
            UUID id,
            Instant at,
            BigDecimal sum,
            Map<String, Item> items,
            Optional<Item> first,
            Item[] all,
            Object other) {}

    record Nothing() {}

    /** A class as JSON binders have always bound them. */
    static final class Bean {
        private String name = "";

        public String getName() {
            return name;
        }

        public void setName(String value) {
            name = value;
        }
    }

    /** A value of one text. */
    static final class Id {
        private final String value;

        public Id(String value) {
            this.value = value;
        }

        public String value() {
            return value;
        }
    }

    record WithId(Id id) {}

    /** A Kotlin data class, as its compiler makes it: a constructor whose parameters have no names. */
    static final class DataClass {
        private final String name;
        private final int count;

        public DataClass(String name, int count) {
            this.name = name;
            this.count = count;
        }

        public String getName() {
            return name;
        }

        public int getCount() {
            return count;
        }
    }

    record WithDataClass(List<DataClass> rows) {}

    interface Shape {}

    record WithShape(Shape shape) {}

    /** Members that nobody can set. */
    static final class Sealed {
        @SuppressWarnings("unused")
        private String name = "";
    }

    private static void compile(Class<?> type) {
        RouteSet.compile(
                List.of(Route.post("/orders", type, (request, body) -> Response.text(""))
                        .access(Access.PUBLIC)),
                new JsonCodec(BodyTypesTest.class.getClassLoader()),
                (route, template) -> route);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Order.class,
                Item.class,
                Nothing.class,
                Bean.class,
                WithId.class,
                Item[].class,
                Map.class,
                List.class,
                String.class,
                Object.class
            })
    void a_type_that_json_can_be_bound_to_is_accepted(Class<?> type) {
        assertThatCode(() -> compile(type)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                DataClass.class,
                WithDataClass.class,
                Id.class,
                Shape.class,
                WithShape.class,
                Sealed.class,
                DataClass[].class
            })
    void a_type_that_no_request_could_be_bound_to_is_refused_with_the_remedy(Class<?> type) {
        assertThatThrownBy(() -> compile(type))
                .isInstanceOf(InvalidDeclarationException.class)
                .hasMessageContaining("route POST /orders, its body: dev.busbar.core.BodyTypesTest$")
                .hasMessageContaining("cannot be read from JSON (expected: a record, a Kotlin class with @JvmRecord");
    }

    @Test
    void what_is_accepted_can_indeed_be_bound() throws Exception {
        JsonCodec json = new JsonCodec(BodyTypesTest.class.getClassLoader());

        assertThat(json.decode(in("{\"id\":\"x\"}"), WithId.class).id().value()).isEqualTo("x");
        assertThat(json.decode(in("{\"name\":\"n\"}"), Bean.class).getName()).isEqualTo("n");
    }

    private static ByteArrayInputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
