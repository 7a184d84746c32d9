package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoreSettingsTest {
    @Test
    void an_unknown_vendor_is_refused() {
        assertThatThrownBy(() -> StoreSettings.of("jdbc:mysql://root:secret@localhost/x", "", ""))
                .hasMessage("url: \"jdbc:mysql://***@localhost/x\""
                        + " (expected: jdbc:h2:file:/path or jdbc:postgresql://host/database)");
    }

    @Test
    void limits_that_cannot_work_are_refused() {
        assertThatThrownBy(() -> new StoreSettings("jdbc:h2:mem:x", "", "", 0, Duration.ofSeconds(1), Duration.ZERO))
                .hasMessage("connections: 0 (expected: 1 to 1000)");
        assertThatThrownBy(() -> new StoreSettings("jdbc:h2:mem:x", "", "", 1, Duration.ofMillis(1), Duration.ZERO))
                .hasMessageContaining("connectTimeout: PT0.001S (expected: at least 250ms)");
    }

    @Test
    void a_data_directory_that_would_end_the_url_is_refused() {
        assertThatThrownBy(() -> StoreSettings.embedded(Path.of("a;b"))).hasMessageContaining("expected: no ';' in it");
    }

    @Test
    void its_text_has_no_secret() {
        StoreSettings settings =
                StoreSettings.of("jdbc:postgresql://host/x?user=a&password=s3cret&ssl=true", "a", "s3cret");

        assertThat(settings.toString())
                .doesNotContain("s3cret")
                .contains("jdbc:postgresql://host/x?user=a&password=***&ssl=true");
    }
}
