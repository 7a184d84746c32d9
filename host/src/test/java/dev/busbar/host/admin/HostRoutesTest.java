package dev.busbar.host.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.store.StoreException;
import dev.busbar.plugin.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Failures of the host's own handlers, as their callers get to see them. */
class HostRoutesTest {
    @Test
    void a_store_or_a_disk_that_cannot_be_used_is_503_with_its_cause() {
        for (Throwable failure : List.of(
                new StoreException("principals, roles and keys cannot be read now"),
                new IllegalStateException(new SQLException("down", "08006")),
                new IOException("No space left on device"),
                new UncheckedIOException(new IOException("Disk quota exceeded")),
                new IllegalStateException(
                        new FileSystemException("/data/work/1.jar", null, "No space left on device")))) {
            Throwable mapped = HostRoutes.fault(failure);

            assertThat(mapped).isInstanceOfSatisfying(ProblemException.class, problem -> {
                assertThat(problem.status()).isEqualTo(503);
                assertThat(problem.detail()).containsAnyOf("store", "disk");
                assertThat(problem.headers()).containsKey("Retry-After");
            });
        }
    }

    @Test
    void any_other_failure_is_a_fault_of_the_host() {
        for (Throwable failure : List.of(
                new IOException("broken pipe"), new IllegalStateException("x"), ProblemException.notFound("x"))) {
            assertThat(HostRoutes.fault(failure)).isSameAs(failure);
        }
    }
}
