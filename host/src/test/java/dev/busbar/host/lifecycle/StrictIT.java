package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes that production rejects and development only warns of. */
final class StrictIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension(
            "--env=production", "--stop.delay=0s", "--trust.signatures=off", "--trust.publicRoutes=*");

    @Test
    void the_same_version_with_other_bytes_is_refused() throws Exception {
        HOSTS.host().install(answering("billing", "1.0.0", "one"));

        var refused = HOSTS.host().install(answering("billing", "1.0.0", "other"));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("give the new jar a version of its own");
        assertThat(HOSTS.host().get("/api/billing").body()).isEqualTo("one");
    }
}
