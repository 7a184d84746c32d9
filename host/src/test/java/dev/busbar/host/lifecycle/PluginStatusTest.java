package dev.busbar.host.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.zafarkhaja.semver.Version;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.Terms;
import dev.busbar.host.routing.Routes;
import dev.busbar.host.testing.ManualClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is shown of a plugin. */
final class PluginStatusTest {
    private final PluginStatus status = new PluginStatus("billing", new Routes(new ManualClock().lot()));

    @Test
    void the_secrets_of_a_plugin_are_unknown_until_its_jar_is_at_hand() {
        assertThat(status.view().secrets()).isEmpty();

        status.artifact(new Artifact(
                Path.of("billing.jar"),
                "0".repeat(64),
                "billing",
                Version.parse("1.0.0"),
                new Artifact.About("", "", ""),
                Terms.NONE,
                "testplugin.TestPlatform",
                new Artifact.Classes(List.of(), Set.of(), List.of())));

        assertThat(status.view().secrets()).hasValue(List.of());
    }
}
