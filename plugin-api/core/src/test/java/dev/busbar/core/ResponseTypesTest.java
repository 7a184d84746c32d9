package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The types of responses: what could not be written is refused when the route is declared. */
final class ResponseTypesTest {
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
            Shape shape,
            Object other) {}

    record Nothing() {}

    interface Shape {}

    /** A class as JSON binders have always written them. */
    static final class Bean {
        public String getName() {
            return "n";
        }
    }

    /** Members that nobody can read. */
    static final class Hidden {
        String name() {
            return "n";
        }
    }

    record WithHidden(List<Map<String, Optional<Hidden>>> rows) {}

    /** Two members of one name. */
    static final class Twice {
        public String getName() {
            return "n";
        }

        public String getname() {
            return "m";
        }
    }

    private static void compile(Route route) {
        RouteSet.compile(
                List.of(route.access(Access.PUBLIC)),
                new JsonCodec(ResponseTypesTest.class.getClassLoader()),
                (each, template) -> each);
    }

    private static Route route() {
        return Route.get("/orders", request -> Response.text(""));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Order.class,
                Item.class,
                Nothing.class,
                Bean.class,
                Shape.class,
                Item[].class,
                Map.class,
                List.class,
                String.class,
                Object.class
            })
    void a_type_whose_values_can_be_written_is_accepted(Class<?> type) {
        assertThatCode(() -> compile(route().returns(type))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(classes = {Hidden.class, Hidden[].class, WithHidden.class})
    void a_type_whose_values_cannot_be_written_is_refused_with_the_remedy(Class<?> type) {
        assertThatThrownBy(() -> compile(route().returns(202, type)))
                .isInstanceOf(InvalidDeclarationException.class)
                .hasMessageContaining("route GET /orders, its response 202: " + Hidden.class.getName()
                        + " cannot be written as JSON (expected: a record, or a class with public members or getters)");
    }

    @Test
    void a_type_that_contradicts_itself_is_refused_with_the_reason() {
        assertThatThrownBy(() -> compile(route().returns(Twice.class)))
                .isInstanceOf(InvalidDeclarationException.class)
                .hasMessageContaining(Twice.class.getName() + " cannot be written as JSON: Conflicting getter");
    }

    @Test
    void what_is_accepted_can_indeed_be_written() {
        JsonCodec json = new JsonCodec(ResponseTypesTest.class.getClassLoader());

        assertThat(json.encode(new Nothing())).asString().isEqualTo("{}");
        assertThat(json.encode(new Bean())).asString().isEqualTo("{\"name\":\"n\"}");
    }
}
