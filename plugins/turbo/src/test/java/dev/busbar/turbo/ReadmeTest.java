package dev.busbar.turbo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the guide against what the platform does. */
final class ReadmeTest {
    private static final Pattern COMMAND = Pattern.compile("@samples/(\\S+) \\\\\\s+'\\S+/audits\\?(\\S+)'");
    private static final Pattern RESULT =
            Pattern.compile("\\| `comparisons\\[0]\\.(\\S+)` \\| ([0-9.]+) \\[([0-9.]+), ([0-9.]+)] \\|");

    private static String guide() throws IOException {
        return Files.readString(Folders.root().resolve("plugins/turbo/README.md"));
    }

    @Test
    void its_command_gives_the_numbers_it_shows() throws Exception {
        Matcher command = COMMAND.matcher(guide());
        assertThat(command.find()).isTrue();
        JsonNode comparison;
        try (InputStream sample = Folders.sample(command.group(1))) {
            JsonNode audit =
                    Audits.audit(FakeRequest.csv(sample, command.group(2).split("&", -1)));
            comparison = audit.get("comparisons").get(0);
        }

        List<MatchResult> results = RESULT.matcher(guide()).results().toList();
        assertThat(results).hasSize(3);
        for (MatchResult result : results) {
            JsonNode measure = comparison.at("/" + result.group(1).replace('.', '/'));
            assertThat(printed(measure.get("value"))).isEqualTo(result.group(2));
            assertThat(printed(measure.get("low"))).isEqualTo(result.group(3));
            assertThat(printed(measure.get("high"))).isEqualTo(result.group(4));
        }
    }

    private static String printed(JsonNode number) {
        return String.format(Locale.ROOT, "%.6f", number.asDouble());
    }

    @Test
    void it_lists_every_parameter() throws IOException {
        for (Member member : Member.values()) {
            String kind = member.required() ? "required" : "optional";
            assertThat(guide()).contains("| `" + member.text() + "` | " + kind + " |");
        }
    }
}
