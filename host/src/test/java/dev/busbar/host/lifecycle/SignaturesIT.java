package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.ReceiptFile;
import dev.busbar.host.testing.TestSigner;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jars and their signatures, in every order, and by upload. */
final class SignaturesIT {
    private static final PluginJar ONE = answering("billing", "1.0.0");
    private static final PluginJar TWO = answering("billing", "2.0.0");

    @RegisterExtension
    final HostExtension hosts = new HostExtension();

    private final TestSigner acme = new TestSigner();
    private final SignedFolder at = new SignedFolder(hosts, acme);

    @Test
    void a_jar_waits_for_its_signature_and_starts_when_that_is_added() throws Exception {
        at.require();
        hosts.host();
        at.drop(ONE);
        ReceiptFile.await(
                at.jar(), "WAITING", "it waits for a signature of acme: put billing.jar.sig beside it, or upload it");
        assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(404);
        assertThat(Files.readString(hosts.folder().resolve("billing.jar.status.json")))
                .contains("\"plugin\":\"billing\"", "\"version\":\"1.0.0\"");

        at.sign(acme.sign(ONE.bytes()));

        at.serves("1.0.0");
        ReceiptFile.await(at.jar(), "ACTIVE", "");
    }

    @Test
    void a_signature_may_come_first() throws Exception {
        at.require();
        hosts.host();
        at.sign(acme.sign(ONE.bytes()));
        at.passes();

        at.drop(ONE);

        at.serves("1.0.0");
        assertThat(hosts.folder().resolve("billing.jar.sig.status.json")).doesNotExist();
    }

    @Test
    void jars_that_are_there_at_the_start_are_served() throws Exception {
        at.require();
        at.drop(ONE);
        at.sign(acme.sign(ONE.bytes()));

        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void a_half_written_signature_is_waited_for() throws Exception {
        at.require();
        hosts.host();
        String whole = acme.sign(ONE.bytes());
        at.sign(whole.substring(0, 40));
        at.drop(ONE);
        at.passes();
        assertThat(hosts.plugins().generations("billing")).isEmpty();

        at.sign(whole);

        at.serves("1.0.0");
    }

    @Test
    void a_signature_that_stays_malformed_is_refused_until_it_is_replaced() throws Exception {
        at.require();
        hosts.host();
        at.sign("signed, acme");
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "REJECTED", "its signature cannot be read: its line 1 is not a key id");

        at.sign(acme.sign(ONE.bytes()));

        at.serves("1.0.0");
    }

    @Test
    void the_signature_of_another_jar_is_refused_until_it_is_replaced() throws Exception {
        at.require();
        hosts.host();
        at.sign(acme.sign(TWO.bytes()));
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "REJECTED", "its signature is not by acme over these bytes");

        at.sign(acme.sign(ONE.bytes()));

        at.serves("1.0.0");
    }

    @Test
    void a_jar_that_was_changed_after_it_was_signed_is_refused_and_what_runs_stays() throws Exception {
        at.require();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");

        at.drop(TWO);

        ReceiptFile.await(at.jar(), "REJECTED", "its signature is not by acme over these bytes");
        at.passes();
        ReceiptFile.await(at.jar(), "REJECTED", "its signature is not by acme over these bytes");
        at.serves("1.0.0");
    }

    @Test
    void a_newer_version_waits_beside_the_one_that_serves() throws Exception {
        at.require();
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);
        at.serves("1.0.0");
        Files.delete(hosts.folder().resolve("billing.jar.sig"));
        at.drop(TWO);
        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");
        at.serves("1.0.0");

        at.sign(acme.sign(TWO.bytes()));

        at.serves("2.0.0");
        ReceiptFile.await(at.jar(), "ACTIVE", "");
    }

    @Test
    void a_wrong_signature_that_is_deleted_leaves_a_jar_that_waits() throws Exception {
        at.require();
        hosts.host();
        at.sign(acme.sign(TWO.bytes()));
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "REJECTED", "its signature is not by acme");

        Files.delete(hosts.folder().resolve("billing.jar.sig"));

        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");
    }

    @Test
    void no_consent_makes_up_for_a_signature() throws Exception {
        at.require();
        hosts.host();
        Files.writeString(hosts.folder().resolve("billing.jar.allow"), "downgrade force breaking public unsigned");
        at.drop(ONE);

        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");

        assertThat(hosts.host()
                        .install(ONE, "?force=true&allowDowngrade=true&allowPublic=true")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void the_folder_whose_jars_have_to_be_signed_consents_to_nothing() throws Exception {
        at.require();
        hosts.host();
        at.drop(TWO);
        at.sign(acme.sign(TWO.bytes()));
        at.serves("2.0.0");

        Files.writeString(hosts.folder().resolve("billing.jar.allow"), "downgrade force public");
        at.sign(acme.sign(ONE.bytes()));
        at.drop(ONE);

        ReceiptFile.await(at.jar(), "REJECTED", "version 1.0.0 is lower than 2.0.0");
        at.serves("2.0.0");
    }

    @Test
    void uploads_are_held_to_the_same() throws Exception {
        at.require();

        HttpResponse<String> without = hosts.host().install(ONE);
        HttpResponse<String> other = at.upload(ONE, acme.sign(TWO.bytes()).strip());
        HttpResponse<String> nonsense = at.upload(ONE, "please");
        String several = new TestSigner().sign(ONE.bytes()).strip() + ", "
                + acme.sign(ONE.bytes()).strip();
        HttpResponse<String> good = at.upload(ONE, several);

        assertThat(without.statusCode()).isEqualTo(422);
        assertThat(without.body()).contains("plugin-rejected", "with the header Busbar-Signature");
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("its signature is not by acme over these bytes");
        assertThat(nonsense.body()).contains("its signature cannot be read");
        assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
        assertThat(hosts.host().get("/api/billing").body()).isEqualTo("1.0.0");
    }

    @Test
    void an_unsigned_jar_does_not_take_the_place_of_one_that_is_gone() throws Exception {
        at.require();
        at.sign(acme.sign(TWO.bytes()));
        at.drop(TWO);
        at.serves("2.0.0");
        Path other = ONE.write(hosts.folder().resolve("other.jar"));
        ReceiptFile.await(other, "WAITING", "it waits for a signature of acme");

        Files.delete(at.jar());

        await().untilAsserted(() ->
                assertThat(hosts.host().get("/api/billing").statusCode()).isEqualTo(404));
        ReceiptFile.await(other, "WAITING", "put other.jar.sig beside it");
    }

    @Test
    void what_waits_for_a_signature_is_left_alone_while_others_come() throws Exception {
        at.require();
        hosts.host();
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");
        FileTime before = Files.getLastModifiedTime(hosts.folder().resolve("billing.jar.status.json"));

        at.passes();
        at.passes();

        assertThat(Files.getLastModifiedTime(hosts.folder().resolve("billing.jar.status.json")))
                .isEqualTo(before);
    }

    @Test
    void a_rejected_jar_is_retried_although_its_plugin_has_changed_meanwhile() throws Exception {
        at.require();
        Path first = ONE.write(hosts.folder().resolve("first.jar"));
        Files.writeString(hosts.folder().resolve("first.jar.sig"), acme.sign(ONE.bytes()));
        at.serves("1.0.0");
        at.sign(acme.sign(ONE.bytes()));
        at.drop(answering("billing", "3.0.0"));
        ReceiptFile.await(at.jar(), "REJECTED", "its signature is not by acme");
        at.upload(TWO, acme.sign(TWO.bytes()).strip());
        at.serves("2.0.0");
        ReceiptFile.await(first, "RETIRED", "version 2.0.0");

        at.sign(acme.sign(answering("billing", "3.0.0").bytes()));

        at.serves("3.0.0");
    }

    @Test
    void the_classes_of_a_jar_that_nobody_trusts_are_not_read() throws Exception {
        at.require();
        hosts.host();

        at.drop(ONE.entry("testplugin/Odd.class", new byte[] {1}));

        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");
    }

    @Test
    void what_is_no_file_is_no_signature() throws Exception {
        at.require();
        hosts.host();
        Files.createSymbolicLink(
                hosts.folder().resolve("billing.jar.sig"), hosts.folder().resolve("nowhere"));
        at.drop(ONE);
        ReceiptFile.await(at.jar(), "WAITING", "it waits for a signature of acme");
        assertThat(hosts.folder().resolve("billing.jar.sig.status.json")).doesNotExist();

        Files.delete(hosts.folder().resolve("billing.jar.sig"));
        at.sign("x".repeat(1 << 20));
        ReceiptFile.await(at.jar(), "REJECTED", "more than 4096 characters");

        at.sign(acme.sign(ONE.bytes()));
        at.serves("1.0.0");
    }
}
