package dev.busbar.host.state;

import static dev.busbar.host.state.StateRig.BILLS;
import static dev.busbar.host.state.StateRig.BILLS_V1;
import static dev.busbar.host.state.StateRig.NOTES;
import static dev.busbar.host.state.StateRig.SIZES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.state.StateRig.Bill;
import dev.busbar.host.state.StateRig.BillV1;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.state.Changes;
import dev.busbar.plugin.state.ConflictException;
import dev.busbar.plugin.state.Document;
import dev.busbar.plugin.state.Documents;
import dev.busbar.plugin.state.Page;
import dev.busbar.plugin.state.Query;
import dev.busbar.plugin.state.QuotaException;
import dev.busbar.plugin.state.TooLargeException;
import dev.busbar.plugin.state.UnreadableSchemaException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Documents as a plugin sees them, on both stores and in the testkit. */
class DocumentsTest {
    private static final int THREADS = 16;

    @EachState
    void a_document_is_read_as_it_was_written(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        Bill bill = new Bill("Ada \u00e4\ud83d\ude00", 12L, Instant.parse("2026-03-01T12:00:00.5Z"));

        Document<Bill> created = bills.create("b-1", bill);

        assertThat(bills.find("b-1")).contains(created);
        assertThat(created.value()).isEqualTo(bill);
        assertThat(bills.find("b-2")).isEmpty();
    }

    @EachState
    void create_put_replace_and_delete_expect_different_things(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        Document<Bill> first = bills.create("b", Bill.of("ada", 1));

        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> bills.create("b", Bill.of("bob", 2)))
                .satisfies(conflict -> assertThat(conflict.currentVersion()).hasValue(first.version()));
        Document<Bill> second = bills.put("b", Bill.of("bob", 2));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> bills.replace("b", first.version(), Bill.of("eve", 3)))
                .withMessage("document bills/b: version " + second.version() + " (expected: version " + first.version()
                        + ")");
        assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> bills.delete("b", first.version()));
        Document<Bill> third = bills.replace("b", second.version(), Bill.of("eve", 3));
        bills.delete("b", third.version());
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> bills.replace("b", third.version(), Bill.of("eve", 3)))
                .satisfies(conflict -> assertThat(conflict.currentVersion()).isEmpty());
        assertThat(bills.delete("b")).isFalse();
        assertThat(bills.put("b", Bill.of("ada", 1)).version())
                .as("of a document that was deleted and created again")
                .isGreaterThan(third.version());
        assertThat(bills.delete("b")).isTrue();
        assertThat(bills.find("b")).isEmpty();
    }

    @EachState
    void of_a_thousand_writers_of_one_version_one_wins(StateRig rig) throws Exception {
        Documents<Bill> bills = rig.bills();
        long version = bills.create("b", Bill.of("nobody", 0)).version();

        List<Boolean> won = inParallel(1_000, number -> {
            try {
                return bills.replace("b", version, Bill.of("writer " + number, number)) != null;
            } catch (ConflictException e) {
                return false;
            }
        });

        assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
        assertThat(bills.find("b").orElseThrow().value().customer()).isEqualTo("writer " + won.indexOf(true));
    }

    @EachState
    void numbers_sort_as_numbers(StateRig rig) {
        Documents<Double> sizes = rig.documents(SIZES, SIZES);
        double[] all = {100, -0.5, 9, 1.5, 0, -100, 1e300, 10, -9, 1e-300, -1e300, 12};
        for (double size : all) {
            sizes.create("s" + size, size);
        }

        assertThat(sizes.stream(Query.all().sortedBy("size").limit(2)).map(Document::value))
                .containsExactly(-1e300, -100.0, -9.0, -0.5, 0.0, 1e-300, 1.5, 9.0, 10.0, 12.0, 100.0, 1e300);
        assertThat(values(sizes.page(
                        Query.all().atLeast("size", -9).below("size", 10).descending())))
                .containsExactly(9.0, 1.5, 1e-300, 0.0, -0.5, -9.0);
    }

    @EachState
    void documents_are_found_by_declared_fields_and_null_never_matches(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        Instant noon = Instant.parse("2026-03-01T12:00:00Z");
        bills.create("1", new Bill("ada", 9L, noon));
        bills.create("2", new Bill("ada", 10L, noon.plusMillis(500)));
        bills.create("3", new Bill("bob", 10L, noon.plusSeconds(1)));
        bills.create("4", new Bill("ada", null, null));

        assertThat(ids(bills, Query.where("customer", "ada"))).containsExactly("1", "2", "4");
        assertThat(ids(bills, Query.where("customer", "ada").and("amount", 10))).containsExactly("2");
        assertThat(ids(bills, Query.where("customer", "ada").sortedBy("amount").descending()))
                .containsExactly("2", "1");
        assertThat(ids(bills, Query.all().atLeast("due", noon.plusMillis(1)))).containsExactly("2", "3");
        assertThat(ids(bills, Query.all().sortedBy("amount"))).containsExactly("1", "2", "3");
        assertThat(ids(bills, Query.where("customer", "ad"))).isEmpty();
        assertThat(ids(bills, Query.all().descending())).containsExactly("4", "3", "2", "1");
    }

    @EachState
    void a_change_moves_a_document_to_its_new_values(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        bills.create("b", Bill.of("ada", 1));

        bills.put("b", new Bill("bob", null, Instant.EPOCH));

        assertThat(ids(bills, Query.where("customer", "ada"))).isEmpty();
        assertThat(ids(bills, Query.all().sortedBy("amount"))).isEmpty();
        assertThat(ids(bills, Query.where("customer", "bob").and("due", Instant.EPOCH)))
                .containsExactly("b");
        assertThat(bills.delete("b")).isTrue();
        assertThat(ids(bills, Query.where("customer", "bob"))).isEmpty();
    }

    @EachState
    void ids_are_in_the_order_of_their_characters_and_found_by_prefix(StateRig rig) {
        Documents<String> notes = rig.documents(NOTES, NOTES);
        List<String> ids = List.of("-a", "A", "B", "_", "a", "a-1", "a1", "a~", "b");
        ids.forEach(id -> notes.create(id, "text"));

        assertThat(notes.stream(Query.all().limit(2)).map(Document::id)).containsExactlyElementsOf(ids);
        assertThat(notes.stream(Query.all().idPrefix("a").descending().limit(1)).map(Document::id))
                .containsExactly("a~", "a1", "a-1", "a");
        assertThat(notes.page(Query.all().idPrefix("c")).items()).isEmpty();
    }

    @EachState
    void none_is_seen_twice_or_lost_while_others_are_written(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        List<String> there = IntStream.range(0, 60).mapToObj(i -> "there-" + i).toList();
        there.forEach(id -> bills.create(id, Bill.of("ada", Integer.parseInt(id.substring(6)) % 7)));

        List<String> seen = new ArrayList<>();
        Iterator<Document<Bill>> stream = bills.stream(
                        Query.where("customer", "ada").sortedBy("amount").limit(5))
                .iterator();
        for (int i = 0; stream.hasNext(); i++) {
            seen.add(stream.next().id());
            bills.create("other-" + i, Bill.of("ada", i % 9));
            bills.put("there-" + i % 60, Bill.of("ada", i % 60 % 7));
        }

        assertThat(seen).doesNotHaveDuplicates().containsAll(there);
    }

    @EachState
    void none_is_lost_while_another_thread_writes_what_sorts_before(StateRig rig) throws Exception {
        Documents<Bill> bills = rig.bills();
        List<String> there = IntStream.range(0, 45).mapToObj(i -> "there-" + i).toList();
        there.forEach(id -> bills.create(id, Bill.of("ada", 1)));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        Future<Boolean> writing = writer.submit(() -> {
            for (int i = 999; i >= 0 && !done.get(); i--) {
                bills.create("before-" + (1_000 + i), Bill.of("ada", 1));
            }
            return true;
        });

        for (int round = 0; round < 10; round++) {
            assertThat(bills.stream(Query.where("customer", "ada").limit(20)).map(Document::id))
                    .doesNotHaveDuplicates()
                    .containsAll(there);
        }
        done.set(true);

        assertThat(writing.get()).isTrue();
        writer.shutdown();
    }

    @EachState
    void a_cursor_is_of_one_query(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        bills.create("1", Bill.of("ada", 1));
        bills.create("2", Bill.of("ada", 2));
        Query query = Query.where("customer", "ada").limit(1);
        String cursor = bills.page(query).next().orElseThrow();

        assertThat(ids(bills, query.after(cursor))).containsExactly("2");
        assertThat(bills.page(query.limit(2)).next()).isEmpty();
        for (String foreign : List.of("x", "%%%", "AAAA", cursor + "x".repeat(3_000), cursor.substring(0, 8))) {
            assertBadRequest(() -> bills.page(query.after(foreign)));
        }
        assertBadRequest(() -> bills.page(query.descending().after(cursor)));
        assertBadRequest(() -> bills.page(Query.where("customer", "bob").after(cursor)));
    }

    private static void assertBadRequest(Callable<?> call) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(call::call)
                .satisfies(problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @EachState
    void an_undeclared_field_or_a_value_of_another_type_is_refused(StateRig rig) {
        Documents<Bill> bills = rig.bills();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> bills.page(Query.where("color", "red")))
                .withMessage("document type bills: field \"color\" (expected: one of [customer, amount, due])");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bills.page(Query.where("amount", "many")))
                .withMessage("field amount: \"many\" (expected: an integer)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bills.put("b", Bill.of("x".repeat(600), 1)))
                .withMessage("document bills/b, field customer: 601 bytes (expected: at most 512)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.documents(NOTES, BILLS))
                .withMessageContaining("document type notes: not declared");
    }

    @EachState
    void an_invalid_id_is_refused(StateRig rig) {
        Documents<Bill> bills = rig.bills();

        for (String id : List.of("", "a b", "\u00e4", "a\nb", "x".repeat(201))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bills.put(id, Bill.of("ada", 1)))
                    .withMessageContaining("(expected: 1 to 200 characters of printable ASCII, no spaces)");
            assertThatIllegalArgumentException().isThrownBy(() -> bills.find(id));
        }
        assertThat(bills.put("x".repeat(200), Bill.of("ada", 1)).id()).hasSize(200);
    }

    @EachState
    void changes_are_stored_all_or_none(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        Document<Bill> old = bills.create("old", Bill.of("ada", 1));

        rig.changes(changes -> changes.create(BILLS, "new", Bill.of("bob", 2))
                .replace(BILLS, "old", old.version(), Bill.of("ada", 2))
                .put(NOTES, "n", "two bills"));
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> rig.changes(changes -> changes.put(BILLS, "third", Bill.of("eve", 3))
                        .delete(BILLS, "new")
                        .replace(BILLS, "old", old.version(), Bill.of("ada", 3))));

        assertThat(ids(bills, Query.all())).containsExactly("new", "old");
        assertThat(ids(bills, Query.where("amount", 2L))).containsExactly("new", "old");
    }

    @EachState
    void changes_are_bounded_and_of_different_documents(StateRig rig) {
        Documents<Bill> bills = rig.bills();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.changes(
                        changes -> changes.put(BILLS, "b", Bill.of("ada", 1)).delete(BILLS, "b")))
                .withMessage("changes: document bills/b twice (expected: once)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.changes(changes ->
                        IntStream.rangeClosed(0, Changes.MAX_CHANGES).forEach(i -> changes.delete(BILLS, "b" + i))))
                .withMessage("changes: more than 500 (expected: at most 500)");
        assertThatExceptionOfType(TooLargeException.class)
                .isThrownBy(() -> rig.changes(changes ->
                        IntStream.range(0, 9).forEach(i -> changes.put(NOTES, "n" + i, "x".repeat(1_000_000)))));
        List<Changes> escaped = new ArrayList<>();
        rig.changes(escaped::add);
        assertThatIllegalStateException().isThrownBy(() -> escaped.get(0).delete(BILLS, "b"));
        assertThat(bills.page(Query.all()).items()).isEmpty();
    }

    @EachState
    void a_document_of_a_hundred_megabytes_is_refused(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        String huge = "x".repeat(100_000_000);

        assertThatExceptionOfType(TooLargeException.class)
                .isThrownBy(() -> bills.put("b", Bill.of(huge, 1)))
                .withMessage("document bills/b: too large (expected: at most 1048576 bytes)");

        assertThat(bills.find("b")).isEmpty();
    }

    @EachState
    void a_page_ends_where_its_memory_does(StateRig rig) {
        Documents<String> notes = rig.documents(NOTES, NOTES);
        String large = "x".repeat(1_000_000);
        IntStream.range(0, 10).forEach(i -> notes.create("n" + i, large));

        Page<Document<String>> page = notes.page(Query.all());

        assertThat(page.items()).hasSize(8);
        assertThat(notes.page(Query.all().after(page.next().orElseThrow())).items())
                .hasSize(2);
    }

    @EachState
    void the_quota_is_never_exceeded(StateRig rig) throws Exception {
        Documents<String> notes = rig.documents(NOTES, NOTES);
        String large = "x".repeat(1_000_000);

        List<Boolean> stored = inParallel(24, number -> {
            try {
                return notes.create("n" + number, large) != null;
            } catch (QuotaException e) {
                assertThat(e)
                        .hasMessageContaining("bytes of documents (expected: at most 16777216, state.documentBytes)");
                return false;
            }
        });

        assertThat(stored).filteredOn(Boolean::booleanValue).hasSize(16);
        String first = "n" + stored.indexOf(true);
        assertThat(notes.put(first, "small").value()).as("makes nothing larger").isEqualTo("small");
        assertThat(notes.put(first, large.substring(1)).value())
                .as("of the space that was given back")
                .isNotEmpty();
        assertThatExceptionOfType(QuotaException.class).isThrownBy(() -> notes.create("more", large));
    }

    @EachState
    void an_earlier_schema_is_brought_to_the_current_form(StateRig rig) {
        rig.documents(BILLS_V1, BILLS_V1).create("b", new BillV1("ada"));
        Documents<Bill> bills = rig.bills();

        Document<Bill> read = bills.find("b").orElseThrow();
        bills.replace("b", read.version(), Bill.of("ada", 7));

        assertThat(read.value()).isEqualTo(Bill.of("ada", 0));
        assertThat(bills.find("b").orElseThrow().value()).isEqualTo(Bill.of("ada", 7));
    }

    @EachState
    void a_newer_schema_is_neither_read_nor_overwritten(StateRig rig) {
        rig.bills().create("b", Bill.of("ada", 7));
        Documents<BillV1> earlier = rig.documents(BILLS_V1, BILLS_V1);

        assertThatExceptionOfType(UnreadableSchemaException.class)
                .isThrownBy(() -> earlier.find("b"))
                .withMessage(
                        "document bills/b: schema 2 (expected: one of [1]; written by a newer version of the plugin?)")
                .satisfies(refusal -> assertThat(refusal.schema()).isEqualTo(2));
        assertThatThrownBy(() -> earlier.page(Query.all())).isInstanceOf(UnreadableSchemaException.class);
        assertThatThrownBy(() -> earlier.put("b", new BillV1("bob"))).isInstanceOf(UnreadableSchemaException.class);
        assertThat(earlier.delete("b")).isTrue();
    }

    @EachState
    void nothing_is_lent_after_retirement(StateRig rig) {
        Documents<Bill> bills = rig.bills();
        bills.create("b", Bill.of("ada", 1));

        rig.retire();

        assertThatIllegalStateException().isThrownBy(() -> bills.find("b"));
        assertThatIllegalStateException().isThrownBy(() -> bills.put("b", Bill.of("ada", 2)));
        assertThatIllegalStateException().isThrownBy(() -> bills.page(Query.all()));
    }

    private static <T> List<T> values(Page<Document<T>> page) {
        return page.items().stream().map(Document::value).toList();
    }

    private static <T> List<String> ids(Documents<T> documents, Query query) {
        return documents.page(query).items().stream().map(Document::id).toList();
    }

    private interface Numbered<T> {
        T call(int number) throws Exception;
    }

    private static <T> List<T> inParallel(int count, Numbered<T> call) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<T>> calls = IntStream.range(0, count)
                    .<Callable<T>>mapToObj(number -> () -> call.call(number))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
