package dev.busbar.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.pipeline.Interceptor;
import dev.busbar.host.testing.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/pipeline-order.md against a running host. */
final class PipelineOrderIT {
    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|", Pattern.MULTILINE);

    @Test
    void the_document_names_the_interceptors_in_the_order_they_run(@TempDir Path data) throws Exception {
        String document = Files.readString(root().resolve("docs/pipeline-order.md"));
        int second = document.indexOf("## Route chain");

        try (TestHost host = TestHost.start(data)) {
            assertThat(rows(document.substring(0, second)))
                    .containsExactlyElementsOf(names(host.host().hostChain()));
            assertThat(rows(document.substring(second)))
                    .containsExactlyElementsOf(names(host.host().routeChain()));
        }
    }

    private static List<String> rows(String text) {
        return ROW.matcher(text)
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList();
    }

    private static List<String> names(List<Interceptor> chain) {
        return chain.stream()
                .map(interceptor -> interceptor.getClass().getSimpleName())
                .toList();
    }

    private static Path root() throws IOException {
        Path folder = Path.of("").toRealPath();
        while (!Files.exists(folder.resolve("docs/pipeline-order.md"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
