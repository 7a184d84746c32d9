package dev.busbar.host.openapi;

import static dev.busbar.host.openapi.Validation.MAPPER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas of types, compared with the JSON that the codec writes and reads. */
final class SchemasTest {
    private static final int ROUNDS = 60;
    private static final Type ROWS = new TypeRef<List<Map<String, Object>>>() {}.type();

    private final JsonCodec codec = new JsonCodec(SchemasTest.class.getClassLoader());
    private final Schemas schemas = new Schemas(codec.mapper(), "lab.");

    static Stream<Class<?>> records() {
        return Stream.of(
                Shapes.Plain.class,
                Shapes.Boxed.class,
                Shapes.Absent.class,
                Shapes.Times.class,
                Shapes.Precise.class,
                Shapes.Many.class,
                Shapes.Tree.class,
                Shapes.Paged.class,
                Shapes.Free.class,
                Shapes.Unmarked.class,
                Shapes.Derived.class,
                Shapes.Drawing.class,
                Shapes.Plain[].class);
    }

    @ParameterizedTest
    @MethodSource("records")
    void the_output_of_the_codec_matches_the_schema_of_responses(Class<?> type) throws Exception {
        ObjectNode schema = schemas.response(type);
        JsonNode components = schemas.components();
        Instances instances = new Instances(type.getName().hashCode());

        for (int i = 0; i < ROUNDS; i++) {
            JsonNode written = MAPPER.readTree(codec.encode(instances.of(type)));

            assertThat(Validation.faults(schema, components, written))
                    .as("%s by %s, %s", written, schema, components)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void the_schema_of_responses_names_exactly_the_members_that_are_written(Class<?> type) throws Exception {
        if (type.isArray()) {
            return;
        }
        ObjectNode schema = schemas.response(type);
        JsonNode described = schemas.components().get(name(schema));

        JsonNode written = MAPPER.readTree(codec.encode(new Instances(1).of(type)));

        assertThat(described.get("properties").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(written::fieldNames);
        assertThat(described.get("required")).hasSize(written.size());
    }

    private static String name(JsonNode schema) {
        return schema.get("$ref").asText().substring(("#/" + Schemas.PLACE + "/").length());
    }

    static Stream<Class<?>> read() {
        return records().filter(type -> type != Shapes.Derived.class && type != Shapes.Drawing.class);
    }

    @ParameterizedTest
    @MethodSource("read")
    void values_that_match_the_schema_of_requests_are_read_by_the_codec(Class<?> type) throws Exception {
        ObjectNode schema = schemas.request(type);
        JsonNode components = schemas.components();
        Instances instances = new Instances(type.getName().hashCode());
        Random random = new Random(7);
        int accepted = 0;
        int rejected = 0;

        for (int i = 0; i < ROUNDS; i++) {
            JsonNode sent = MAPPER.readTree(codec.encode(instances.of(type)));
            assertThat(Validation.faults(schema, components, sent))
                    .as("%s", sent)
                    .isEmpty();
            for (JsonNode mutant : Mutants.of(sent, random)) {
                if (Validation.faults(schema, components, mutant).isEmpty()) {
                    accepted++;
                    assertThat(isRead(mutant, type))
                            .as("%s is read by the codec", mutant)
                            .isTrue();
                } else {
                    rejected++;
                }
            }
        }

        assertThat(rejected).isPositive();
        assertThat(accepted + rejected).isGreaterThan(ROUNDS);
    }

    private boolean isRead(JsonNode json, Class<?> type) throws IOException {
        try {
            Object unused = codec.decode(new ByteArrayInputStream(MAPPER.writeValueAsBytes(json)), type);
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    @Test
    void unknown_members_are_rejected_in_requests_and_allowed_in_responses() {
        ObjectNode asked = schemas.request(Shapes.Plain.class);
        ObjectNode answered = schemas.response(Shapes.Plain.class);
        JsonNode components = schemas.components();
        JsonNode grown = Validation.read(
                "{\"name\":\"a\",\"count\":1,\"size\":1,\"share\":1,\"on\":true,\"letter\":\"a\",\"more\":1}");

        assertThat(Validation.faults(asked, components, grown)).isNotEmpty();
        assertThat(Validation.faults(answered, components, grown)).isEmpty();
    }

    @Test
    void a_map_says_what_its_values_are() {
        for (boolean written : new boolean[] {true, false}) {
            Schemas own = new Schemas(codec.mapper(), "lab.");
            ObjectNode many = written ? own.response(Shapes.Many.class) : own.request(Shapes.Many.class);
            ObjectNode free = written ? own.response(Shapes.Free.class) : own.request(Shapes.Free.class);
            ObjectNode rows = written ? own.response(ROWS) : own.request(ROWS);
            JsonNode components = own.components();

            assertThat(many).isNotEqualTo(free);
            assertThat(objects(components, rows)).hasSizeGreaterThan(3).allSatisfy(object -> assertThat(
                            object.has("properties") || object.has("additionalProperties"))
                    .as("%s", object)
                    .isTrue());
        }
    }

    private static List<JsonNode> objects(JsonNode... documents) {
        return Stream.of(documents)
                .flatMap(document -> document.findParents("type").stream())
                .filter(schema -> schema.get("type").toString().contains("\"object\""))
                .toList();
    }

    @Test
    void exactly_the_nullable_members_may_be_null() {
        JsonNode boxed = properties(Shapes.Boxed.class);
        JsonNode absent = properties(Shapes.Absent.class);
        JsonNode unmarked = properties(Shapes.Unmarked.class);
        JsonNode plain = properties(Shapes.Plain.class);

        assertThat(List.of(boxed.get("count"), absent.get("name"), unmarked.get("name")))
                .allSatisfy(schema -> assertThat(schema.toString()).contains("\"null\""));
        assertThat(List.of(plain, unmarked.get("plain")))
                .allSatisfy(schema -> assertThat(schema.toString()).doesNotContain("null"));
    }

    private JsonNode properties(Class<?> type) {
        Schemas own = new Schemas(codec.mapper(), "lab.");
        ObjectNode schema = own.response(type);
        return own.components().get(name(schema)).get("properties");
    }

    @Test
    void a_bean_is_described_by_its_getters() throws Exception {
        JsonNode properties = properties(Shapes.Bean.class);

        assertThat(properties.fieldNames()).toIterable().containsExactly("name");
        assertThat(MAPPER.readTree(codec.encode(new Shapes.Bean())).fieldNames())
                .toIterable()
                .containsExactly("name");
    }

    @Test
    void names_begin_with_the_platform_and_distinguish_generic_types() {
        ObjectNode unused = schemas.response(Shapes.Paged.class);
        ObjectNode asked = schemas.request(Shapes.Plain.class);

        JsonNode components = schemas.components();

        assertThat(asked.get("$ref").asText()).isEqualTo("#/components/schemas/lab.request.Plain");
        assertThat(components.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "lab.Paged", "lab.Page.Plain", "lab.Page.Times", "lab.Plain", "lab.Times", "lab.request.Plain");
    }

    @Test
    void an_unknown_type_has_an_empty_schema() {
        ObjectNode schema = schemas.response(java.util.concurrent.atomic.AtomicLong.class);
        ObjectNode map = schemas.response(java.util.Map.class);
        ObjectNode object = schemas.response(Object.class);
        JsonNode components = schemas.components();

        for (ObjectNode each : List.of(schema, object)) {
            assertThat(Validation.faults(each, components, Validation.read("1")))
                    .isEmpty();
        }
        assertThat(Validation.faults(map, components, Validation.read("{\"a\":[1]}")))
                .isEmpty();
    }

    @Test
    void a_member_of_any_type_takes_any_value() throws Exception {
        ObjectNode object = schemas.request(Object.class);
        JsonNode components = schemas.components();

        for (String value : List.of("1", "null", "[1]", "{\"a\":{\"b\":1}}")) {
            assertThat(Validation.faults(object, components, Validation.read(value)))
                    .as(value)
                    .isEmpty();
        }
    }
}
