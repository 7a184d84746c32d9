package dev.busbar.host.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.http.HttpSettings.Listener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a host may listen and whom it may answer, told before it starts. */
final class NetworkSettingsTest {
    @TempDir
    Path folder;

    private NetworkSettings load(String... arguments) {
        return HostSettings.load(new Sources(Map.of(), List.of(arguments), folder))
                .network();
    }

    private void refused(String text, String... arguments) {
        assertThatThrownBy(() -> load(arguments))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(text);
    }

    @Test
    void on_loopback_everything_is_on_one_port_without_anything_set() {
        NetworkSettings network = load();

        assertThat(network.http().listener()).isEqualTo(new Listener("127.0.0.1", 8080, false));
        assertThat(network.http().admin()).isEmpty();
        assertThat(network.edge().separateAdmin()).isFalse();
        assertThat(network.edge().hosts()).contains("localhost", "127.0.0.1", "::1");
        assertThat(network.edge().cors().origins()).isEmpty();
        assertThat(network.edge().trustedProxies()).isEmpty();
    }

    @Test
    void the_admin_api_moves_when_it_is_given_an_address() {
        assertThat(load("--bind=[::1]").http().listener().bind()).isEqualTo("::1");
        NetworkSettings network = load("--admin.bind=[::1]:9000");

        assertThat(network.http().admin()).contains(new Listener("::1", 9000, false));
        assertThat(network.edge().separateAdmin()).isTrue();
    }

    @Test
    void beyond_loopback_the_admin_api_has_a_listener_of_its_own_unless_it_is_shared() {
        String[] open = {
            "--bind=0.0.0.0", "--env=production", "--tls.terminatedUpstream=true", "--admin.sharedPort=true"
        };

        assertThat(load("--bind=0.0.0.0", "--env=production", "--tls.terminatedUpstream=true")
                        .http()
                        .admin())
                .contains(new Listener("127.0.0.1", 8081, false));
        assertThat(load(open).http().admin()).isEmpty();
        assertThat(load(open).edge().hosts()).contains("localhost", "127.0.0.1").doesNotContain("0.0.0.0");
    }

    @Test
    void beyond_loopback_needs_the_environment_named_and_tls_somewhere() {
        refused("bind = \"0.0.0.0\" (expected: an address of loopback; one beyond", "--bind=0.0.0.0", "--env=staging");
        refused("env (expected: to be named", "--bind=0.0.0.0", "--tls.terminatedUpstream=true");
        refused("admin.bind = \"0.0.0.0:1\" (expected: an address of loopback", "--admin.bind=0.0.0.0:1");
        refused("bind = \"no.such.host.invalid\" (expected: an address of", "--bind=no.such.host.invalid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--admin.bind=8081|admin.bind",
                "--admin.bind=::1:8081|admin.bind",
                "--admin.bind=127.0.0.1:99999|admin.bind",
                "--admin.bind=127.0.0.1:8080|another address than bind and port",
                "--http.hosts=*|http.hosts",
                "--http.hosts=a.org,https://b.org|\"https://b.org\" is not one",
                "--http.trustedProxies=proxy.local|http.trustedProxies",
                "--http.trustedProxies=10.0.0.1/8|no bit set behind its prefix",
                "--http.forwarding=x-real-ip|x-forwarded-for, forwarded",
                "--cors.origins=https://a.org/|\"https://a.org/\" is not one",
                "--cors.headers=*|cors.headers",
                "--cors.maxAge=3h|0s to 2h",
                "--tls.certificate=/no/such/file|tls.key (expected: a file, because",
                "--tls.key=/no/such/file|tls.certificate (expected: a file, because",
            })
    void what_is_wrong_is_told_by_its_key(String argument, String text) {
        refused(text, argument);
    }

    @Test
    void credentials_for_all_origins_are_refused() {
        refused(
                "cors.credentials = \"true\" (expected: false where cors.origins contains *",
                "--cors.origins=*",
                "--cors.credentials=true");
    }

    @Test
    void all_of_it_is_told_together() {
        assertThatThrownBy(() -> load(
                        "--bind=0.0.0.0",
                        "--http.hosts=*",
                        "--cors.origins=*",
                        "--cors.credentials=true",
                        "--cors.maxAge=1d",
                        "--http.trustedProxies=x",
                        "--store.password=${env:NOT_SET_ANYWHERE}",
                        "--swap.keep=0",
                        "--nothing.such=1"))
                .hasMessageStartingWith("configuration: 9 to correct")
                .hasMessageContaining("env (expected: to be named")
                .hasMessageContaining("NOT_SET_ANYWHERE");
    }

    @Test
    void a_certificate_that_is_none_is_told_before_the_start() throws Exception {
        Path file = Files.writeString(folder.resolve("junk.pem"), "junk");

        refused(
                "tls.certificate = \"" + file + "\" (expected: a PEM file of certificates",
                "--tls.certificate=" + file,
                "--tls.key=" + file);
    }
}
