package dev.busbar.plugin.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.busbar.plugin.Codec;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTypeTest {
    private static final DocumentType<String> NOTES = DocumentType.of("notes", String.class);

    @Test
    void the_schemas_that_are_read_include_the_one_that_is_written() {
        DocumentType<String> type = NOTES.schema(3)
                .reads(2, Integer.class, number -> "number " + number)
                .reads(4, String.class, text -> text);

        assertThat(type.readable()).containsExactly(2, 3, 4);
        assertThat(type.reading(2)).isPresent();
        assertThat(type.reading(1)).isEmpty();
        assertThat(NOTES.readable()).as("the original").containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Notes", "1notes", "no tes", "../notes", "a123456789012345678901234567890123456789012"})
    void an_invalid_name_is_refused_with_its_form(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DocumentType.of(name, String.class))
                .withMessageContaining("\"" + name + "\" (expected: ");
    }

    @Test
    void a_schema_is_in_range_and_declared_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NOTES.schema(0))
                .withMessage("document type notes: schema 0 (expected: 1 to 999999)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NOTES.reads(1, String.class, text -> text))
                .withMessageContaining("expected: another schema than the one that is written");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NOTES.reads(2, String.class, text -> text).schema(2))
                .withMessage("document type notes: schema 2 twice (expected: once)");
    }

    @Test
    void a_field_has_a_name_of_its_own_and_there_are_at_most_twenty() {
        DocumentType<String> one = NOTES.field("size", Codec.INT, String::length);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.field("size", Codec.INT, String::length))
                .withMessage("document type notes: field \"size\" twice (expected: once)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.field("si ze", Codec.INT, String::length))
                .withMessageContaining("field \"si ze\" (expected: a name of the form ");
        DocumentType<String> full = NOTES;
        for (int i = 0; i < DocumentType.MAX_FIELDS; i++) {
            full = full.field("f" + i, Codec.INT, String::length);
        }
        DocumentType<String> twenty = full;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> twenty.field("f20", Codec.INT, String::length))
                .withMessage("document type notes: more than 20 fields (expected: at most 20)");
    }

    @Test
    void a_query_has_one_field_with_a_range_and_one_value_a_field() {
        Query query = Query.where("customer", "ada").atLeast("amount", 1L).below("amount", 9L);

        assertThat(query.sortField()).contains("amount");
        assertThatIllegalArgumentException().isThrownBy(() -> query.sortedBy("size"));
        assertThatIllegalArgumentException().isThrownBy(() -> query.and("customer", "bob"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> query.limit(1001))
                .withMessage("query limit: 1001 (expected: 1 to 1000)");
    }

    @Test
    void a_conflict_names_the_version_that_is_there() {
        ConflictException conflict = ConflictException.of("notes", "a", OptionalLong.of(3), OptionalLong.of(7));

        assertThat(conflict).hasMessage("document notes/a: version 7 (expected: version 3)");
        assertThat(conflict.currentVersion()).hasValue(7);
        assertThat(conflict.toProblem().status()).isEqualTo(409);
        assertThat(conflict.toProblem().members()).containsEntry("currentVersion", "7");
        assertThat(ConflictException.of("notes", "a", OptionalLong.of(3), OptionalLong.empty()))
                .hasMessage("document notes/a: not there (expected: version 3)");
    }
}
