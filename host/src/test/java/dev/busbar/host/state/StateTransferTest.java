package dev.busbar.host.state;

import static dev.busbar.host.state.StateRig.BILLS;
import static dev.busbar.host.state.StateRig.NOTES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.busbar.host.state.StateRig.Bill;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.state.Document;
import dev.busbar.plugin.state.Documents;
import dev.busbar.plugin.state.Query;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The export and import of documents. */
class StateTransferTest {
    private static final String GOOD =
            "{\"collection\":\"notes\",\"id\":\"n%s\",\"schema\":1,\"fields\":[],\"value\":\"x\"}\n";

    @EachStateStore
    void what_was_exported_is_found_as_before_when_it_is_imported(StateRig.InStore rig) throws IOException {
        Documents<Bill> bills = rig.bills();
        IntStream.range(0, 40)
                .forEach(i ->
                        bills.create("b\"" + i, new Bill("a\",\"value\":" + i, (long) -i, Instant.ofEpochSecond(i))));
        rig.documents(NOTES, NOTES).create("n", "},\"value\":{\n\u00e4");
        StateTransfer transfer = new StateTransfer(rig.states());
        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        transfer.exportDocuments(rig.platform(), exported);
        List<Bill> before = bills.stream(Query.all().sortedBy("amount"))
                .map(Document::value)
                .toList();
        rig.states().remove(rig.platform(), removed -> {});

        long documents = transfer.importDocuments(
                rig.platform(), new ByteArrayInputStream(exported.toByteArray()), stored -> {});
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        transfer.exportDocuments(rig.platform(), again);

        assertThat(documents).isEqualTo(41);
        assertThat(again.toString(UTF_8)).isEqualTo(exported.toString(UTF_8));
        assertThat(bills.stream(Query.all().sortedBy("amount")).map(Document::value))
                .containsExactlyElementsOf(before);
        assertThat(rig.documents(NOTES, NOTES, BILLS).find("n").orElseThrow().value())
                .isEqualTo("},\"value\":{\n\u00e4");
    }

    @EachStateStore
    void a_line_that_cannot_be_stored_is_named_and_those_before_are_stored(StateRig.InStore rig) {
        AtomicLong counted = new AtomicLong();
        StringBuilder lines = new StringBuilder("\n");
        IntStream.range(0, 150).forEach(i -> lines.append(GOOD.formatted(i)));
        lines.append("{\"id\":1}\n");

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> new StateTransfer(rig.states())
                        .importDocuments(
                                rig.platform(),
                                new ByteArrayInputStream(lines.toString().getBytes(UTF_8)),
                                counted::set))
                .satisfies(problem -> assertThat(problem.status()).isEqualTo(422))
                .satisfies(problem -> assertThat(problem.detail())
                        .startsWith("line 151: no document (expected: ")
                        .endsWith("; 100 documents before were stored"));
        assertThat(rig.documents(NOTES, NOTES).stream(Query.all())).hasSize(100);
        assertThat(counted).hasValue(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{\"collection\":\"Notes\",\"id\":\"n\",\"schema\":1,\"fields\":[],\"value\":\"x\"}",
                "{\"collection\":\"notes\",\"id\":\"a b\",\"schema\":1,\"fields\":[],\"value\":\"x\"}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":0,\"fields\":[],\"value\":\"x\"}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[[\"a\"]],\"value\":\"x\"}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[[\"a\",\"%\"]],\"value\":\"x\"}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[[\"a\",\"YQ==\"],[\"a\",\"YQ==\"]],\"value\":1}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"value\":\"x\"}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[],\"value\":}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[],\"value\":null}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[],\"value\":1},{\"a\":1}",
                "{\"collection\":\"notes\",\"id\":\"n\",\"schema\":1,\"fields\":[],\"value\":\"x\",\"more\":1}"
            })
    void an_invalid_line_is_refused(String line) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> DocumentLine.read(line));
    }
}
