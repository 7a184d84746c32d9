package dev.busbar.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares what a plugin can see with {@code api.txt}, so that each change of the API is seen in review as a diff. */
class ApiSignatureTest {
    private static final Path FILE = Path.of("../api.txt");
    private static final String HOW =
            "the API differs from plugin-api/api.txt; when that is meant, write the file anew and commit it: "
                    + "scripts/maven -q test -pl plugin-api/testkit-tests -am -Dtest=ApiSignatureTest"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dapi.update=true";

    @Test
    void the_api_is_the_one_written_in_api_txt() throws IOException {
        Path api = Path.of("../api/target/classes");
        String actual = ApiSignature.of(api, "dev.busbar.plugin")
                + "\n"
                + ApiSignature.of(api, "dev.busbar.plugin.jobs")
                + "\n"
                + ApiSignature.of(api, "dev.busbar.plugin.state")
                + "\n"
                + ApiSignature.of(Path.of("../testkit/target/classes"), "dev.busbar.plugin.testing");

        if (Boolean.getBoolean("api.update")) {
            Files.writeString(FILE, actual, UTF_8);
        }

        assertThat(actual).contains("interface dev.busbar.plugin.Platform ");
        assertThat(Files.readString(FILE, UTF_8)).as(HOW).isEqualTo(actual);
    }
}
