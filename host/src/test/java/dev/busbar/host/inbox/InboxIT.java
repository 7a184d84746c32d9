package dev.busbar.host.inbox;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.host.HostInsight;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.lifecycle.PluginState;
import dev.busbar.host.lifecycle.PluginView;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The drop folder: changes of files, and their effects and receipts. */
final class InboxIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension("--swap.startLimit=2s");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Path folder;

    @BeforeEach
    void begin() {
        folder = HOSTS.host().folder();
    }

    private static void eventually(ThrowingRunnable check) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(8))
                .untilAsserted(check);
    }

    /** Waits until a text is answered, and until what is shown has caught up with what is served. */
    private static void serves(String text) {
        eventually(() -> {
            assertThat(HOSTS.host().get("/api/billing").body()).isEqualTo(text);
            assertThat(view().generation()).isEqualTo(servedGeneration());
        });
    }

    private static long servedGeneration() {
        RouteTable table = HostInsight.table(HOSTS.host().host());
        return table.mount("billing").orElseThrow() instanceof RouteTable.Mount.Served served
                ? served.routes().generation().number()
                : 0;
    }

    private static void answers(int status) {
        eventually(
                () -> assertThat(HOSTS.host().get("/api/billing").statusCode()).isEqualTo(status));
    }

    private static PluginView view() {
        return HOSTS.plugins().find("billing").orElseThrow();
    }

    private JsonNode receipt(String jar) throws Exception {
        Path file = folder.resolve(jar + ".status.json");
        assertThat(file).exists();
        return JSON.readTree(Files.readAllBytes(file));
    }

    private void receiptSays(String jar, PluginState state, String reason) {
        eventually(() -> {
            assertThat(receipt(jar).path("state").asText())
                    .as(receipt(jar).toString())
                    .isEqualTo(state.name());
            assertThat(receipt(jar).path("reason").asText()).contains(reason);
        });
    }

    /** A marker jar dropped after something else: once it is served, the folder was looked at after that. */
    private void passes() {
        answering("marker", "1.0." + System.nanoTime()).write(folder.resolve("marker.jar"));
        String digest = digestOf("marker.jar");
        eventually(() -> assertThat(HOSTS.plugins().find("marker").map(PluginView::sha256))
                .hasValue(digest));
    }

    private String digestOf(String jar) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                            .digest(Files.readAllBytes(folder.resolve(jar))));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_dropped_jar_is_served_and_gets_a_receipt() throws Exception {
        Instant before = Instant.now();

        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));

        serves("1.0.0");
        receiptSays("billing.jar", PluginState.ACTIVE, "");
        JsonNode receipt = receipt("billing.jar");
        assertThat(receipt.fieldNames())
                .toIterable()
                .containsExactly(
                        "state plugin version sha256 generation reason routes node tookMillis at notes".split(" "));
        assertThat(receipt.path("plugin").asText()).isEqualTo("billing");
        assertThat(receipt.path("version").asText()).isEqualTo("1.0.0");
        assertThat(receipt.path("sha256").asText()).isEqualTo(digestOf("billing.jar"));
        assertThat(receipt.path("generation").asLong()).isEqualTo(view().generation());
        assertThat(receipt.path("reason").isNull()).isTrue();
        assertThat(receipt.path("routes").asInt()).isEqualTo(1);
        assertThat(receipt.path("tookMillis").asLong()).isNotNegative();
        assertThat(Instant.parse(receipt.path("at").asText())).isBetween(before, Instant.now());
    }

    @Test
    void replacing_the_file_swaps_the_plugin() {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");

        answering("billing", "2.0.0").write(folder.resolve("billing.jar"));

        serves("2.0.0");
        assertThat(view().origin().source()).isEqualTo(Origin.Source.FOLDER);
        assertThat(view().origin().fileName()).isEqualTo("billing.jar");
    }

    @Test
    void renaming_the_file_changes_nothing_that_runs() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        long generation = view().generation();

        Files.move(folder.resolve("billing.jar"), folder.resolve("billing-1.jar"));

        eventually(() -> assertThat(view().origin().fileName()).isEqualTo("billing-1.jar"));
        receiptSays("billing-1.jar", PluginState.ACTIVE, "");
        eventually(() -> assertThat(folder.resolve("billing.jar.status.json")).doesNotExist());
        assertThat(view().generation()).isEqualTo(generation);
    }

    @Test
    void deleting_the_file_removes_the_platform_and_the_receipt() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        receiptSays("billing.jar", PluginState.ACTIVE, "");

        Files.delete(folder.resolve("billing.jar"));

        answers(404);
        eventually(() -> assertThat(folder.resolve("billing.jar.status.json")).doesNotExist());
    }

    @Test
    void deleting_a_jar_that_did_not_start_removes_what_it_left() throws Exception {
        PluginJar.named("billing")
                .members("@Override public void start(PlatformContext c) { throw new IllegalStateException(\"no\"); }")
                .write(folder.resolve("billing.jar"));
        receiptSays("billing.jar", PluginState.FAILED, "no");

        Files.delete(folder.resolve("billing.jar"));

        answers(404);
    }

    @Test
    void of_two_jars_of_one_id_the_highest_version_wins_and_the_other_says_so() {
        answering("billing", "2.0.0").write(folder.resolve("a.jar"));
        serves("2.0.0");

        answering("billing", "1.0.0").write(folder.resolve("b.jar"));

        receiptSays("b.jar", PluginState.REJECTED, "2.0.0 from a.jar");
        receiptSays("a.jar", PluginState.ACTIVE, "");
    }

    @Test
    void a_jar_that_a_higher_version_has_replaced_says_so() {
        answering("billing", "1.0.0").write(folder.resolve("a.jar"));
        receiptSays("a.jar", PluginState.ACTIVE, "");

        answering("billing", "2.0.0").write(folder.resolve("b.jar"));

        receiptSays("b.jar", PluginState.ACTIVE, "");
        receiptSays("a.jar", PluginState.RETIRED, "version 2.0.0 from b.jar runs");
    }

    @Test
    void when_the_highest_of_three_is_removed_the_next_highest_replaces_it() throws Exception {
        answering("billing", "2.0.0").write(folder.resolve("a.jar"));
        serves("2.0.0");
        answering("billing", "1.0.0").write(folder.resolve("b.jar"));
        receiptSays("b.jar", PluginState.REJECTED, "lower");
        answering("billing", "3.0.0").write(folder.resolve("c.jar"));
        serves("3.0.0");

        Files.delete(folder.resolve("c.jar"));

        serves("2.0.0");
        receiptSays("b.jar", PluginState.REJECTED, "2.0.0 from a.jar");
        passes();
        serves("2.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"billing.jar.part", "billing.jar.tmp", ".billing.jar", "billing"})
    void other_files_are_ignored(String name) {
        answering("billing", "1.0.0").write(folder.resolve(name));

        passes();

        assertThat(HOSTS.plugins().find("billing")).isEmpty();
        assertThat(folder.resolve(name + ".status.json")).doesNotExist();
    }

    @Test
    void a_half_written_file_is_served_once_it_is_whole() throws Exception {
        byte[] whole = answering("billing", "1.0.0").bytes();
        Files.write(folder.resolve("billing.jar"), Arrays.copyOf(whole, whole.length / 2));
        passes();
        assertThat(HOSTS.plugins().find("billing")).isEmpty();

        Files.write(folder.resolve("billing.jar"), whole);

        serves("1.0.0");
    }

    @Test
    void a_file_that_stays_half_written_is_rejected_and_what_runs_stays() throws Exception {
        byte[] whole = answering("billing", "2.0.0").bytes();
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");

        Files.write(folder.resolve("billing.jar"), Arrays.copyOf(whole, whole.length / 2));

        receiptSays("billing.jar", PluginState.REJECTED, "not a complete zip file");
        serves("1.0.0");
    }

    @Test
    void deleting_a_jar_whose_last_content_was_rejected_still_removes_what_it_brought() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        PluginJar.named("admin").write(folder.resolve("billing.jar"));
        receiptSays("billing.jar", PluginState.REJECTED, "Plugin-Id");

        Files.delete(folder.resolve("billing.jar"));

        answers(404);
    }

    @Test
    void a_touched_file_with_the_same_bytes_makes_no_new_generation() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        long generation = view().generation();

        Files.setLastModifiedTime(
                folder.resolve("billing.jar"), FileTime.from(Instant.now().plusSeconds(60)));

        passes();
        assertThat(view().generation()).isEqualTo(generation);
    }

    @Test
    void other_bytes_of_the_same_size_and_time_are_seen() throws Exception {
        Path file = folder.resolve("billing.jar");
        Files.write(file, jarOfSize("one", 4_000));
        serves("one");
        FileTime time = Files.getLastModifiedTime(file);

        Path other = Files.write(folder.resolve("other.part"), jarOfSize("two", 4_000));
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(Files.size(file)).isEqualTo(4_000);
        serves("two");
    }

    /** A jar with so many bytes before its first entry that it has a size. */
    private static byte[] jarOfSize(String text, int size) {
        byte[] jar = answering("billing", "1.0.0", text).bytes();
        byte[] padded = new byte[size];
        System.arraycopy(jar, 0, padded, size - jar.length, jar.length);
        return padded;
    }

    @Test
    void a_disabled_file_that_is_there_first_keeps_a_new_plugin_from_starting() throws Exception {
        Files.createFile(folder.resolve("early.disabled"));

        answering("early", "1.0.0").write(folder.resolve("early.jar"));

        receiptSays("early.jar", PluginState.DISABLED, "enable it");
        assertThat(HOSTS.plugins().generations("early")).isEmpty();
    }

    @Test
    void an_allow_file_consents_to_a_downgrade() throws Exception {
        answering("billing", "2.0.0").write(folder.resolve("billing.jar"));
        serves("2.0.0");
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        receiptSays("billing.jar", PluginState.REJECTED, "allow the downgrade");

        Files.writeString(folder.resolve("billing.jar.allow"), "downgrade\n");

        serves("1.0.0");
        receiptSays("billing.jar", PluginState.ACTIVE, "");
    }

    @Test
    void a_file_that_comes_to_hold_another_plugin_replaces_the_one_by_the_other() {
        answering("billing", "1.0.0").write(folder.resolve("it.jar"));
        serves("1.0.0");

        answering("shipping", "1.0.0").write(folder.resolve("it.jar"));

        eventually(() -> assertThat(HOSTS.plugins().find("shipping")).isPresent());
        answers(404);
    }

    @Test
    void a_receipt_that_cannot_be_written_keeps_no_plugin_from_being_served() throws Exception {
        // a name that no other test has, whose receipt may just be being deleted
        Files.createDirectories(folder.resolve("mute.jar.status.json").resolve("taken"));

        answering("billing", "1.0.0").write(folder.resolve("mute.jar"));

        serves("1.0.0");
        eventually(() -> assertThat(folder.resolve(".mute.jar.status.tmp")).doesNotExist());
    }

    @Test
    void a_rollback_is_not_undone_by_the_newer_jar_that_is_still_there() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        answering("billing", "2.0.0").write(folder.resolve("billing.jar"));
        serves("2.0.0");

        HOSTS.host().change("billing", "rollback");

        serves("1.0.0");
        receiptSays("billing.jar", PluginState.RETIRED, "version 1.0.0");
        passes();
        serves("1.0.0");
    }

    @Test
    void a_plugin_removed_through_the_api_does_not_come_back_by_itself() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");

        HOSTS.host().remove("billing");

        receiptSays("billing.jar", PluginState.RETIRED, "removed");
        passes();
        answers(404);
    }

    @Test
    void a_plugin_that_came_through_the_api_outlives_a_jar_of_another_digest() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        HOSTS.host().install(answering("billing", "2.0.0"));

        Files.delete(folder.resolve("billing.jar"));

        eventually(() -> assertThat(folder.resolve("billing.jar.status.json")).doesNotExist());
        passes();
        serves("2.0.0");
    }

    @Test
    void a_start_that_hangs_does_not_hold_up_the_removal_of_another_plugin() throws Exception {
        answering("billing", "1.0.0").write(folder.resolve("billing.jar"));
        serves("1.0.0");
        PluginJar.named("hanging")
                .members("@Override public void start(PlatformContext c) throws Exception {"
                        + " new CountDownLatch(1).await(); }")
                .write(folder.resolve("hanging.jar"));
        eventually(() -> assertThat(HOSTS.plugins().find("hanging").map(PluginView::state))
                .hasValue(PluginState.STARTING));

        Files.delete(folder.resolve("billing.jar"));

        answers(404);
        assertThat(HOSTS.plugins().find("hanging").map(PluginView::state)).hasValue(PluginState.STARTING);
        receiptSays("hanging.jar", PluginState.FAILED, "not done within");
    }
}
