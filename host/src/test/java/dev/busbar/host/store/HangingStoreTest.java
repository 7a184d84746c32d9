package dev.busbar.host.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.busbar.host.testing.StallingProxy;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A PostgreSQL server that hangs, or whose packets are dropped, holds no caller for ever. */
@Timeout(60)
final class HangingStoreTest {
    private final StoreSettings server = Databases.postgresql();
    private StallingProxy proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = new StallingProxy(Databases.port(server));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private StoreSettings settings(String parameters) {
        String url = Databases.through(proxy.port(), server) + parameters;
        return new StoreSettings(url, server.user(), "", 2, Duration.ofSeconds(1), Duration.ZERO);
    }

    private static Throwable failure(Database database) {
        return catchThrowable(() -> database.jdbi().useHandle(handle -> handle.execute("select 1")));
    }

    private static String shown(Handle handle, String limit) {
        return handle.createQuery("show " + limit).mapTo(String.class).one();
    }

    @Test
    void a_connection_has_limits() throws SQLException {
        try (Database database = Database.open(settings(""))) {
            database.jdbi().useHandle(handle -> {
                assertThat(handle.getConnection().getNetworkTimeout()).isEqualTo(40_000);
                assertThat(shown(handle, "statement_timeout")).isEqualTo("30s");
                assertThat(shown(handle, "lock_timeout")).isEqualTo("10s");
            });
        }
    }

    @Test
    void a_limit_in_the_url_takes_precedence() throws SQLException {
        try (Database database = Database.open(
                settings("&socketTimeout=7&options=-c%20statement_timeout=5000%20-c%20lock_timeout=4000"))) {
            database.jdbi().useHandle(handle -> {
                assertThat(handle.getConnection().getNetworkTimeout()).isEqualTo(7_000);
                assertThat(shown(handle, "statement_timeout")).isEqualTo("5s");
                assertThat(shown(handle, "lock_timeout")).isEqualTo("4s");
            });
        }
    }

    @Test
    void a_statement_on_a_server_that_hangs_fails_as_unavailable_and_later_ones_succeed() {
        try (Database database = Database.open(settings("&socketTimeout=1"))) {
            Throwable failure = database.jdbi().withHandle(handle -> {
                proxy.stall();
                return catchThrowable(() -> handle.execute("select 1"));
            });
            Throwable next = failure(database);
            proxy.resume();

            assertThat(Database.isUnavailable(failure)).as("%s", failure).isTrue();
            assertThat(Database.isUnavailable(next)).as("%s", next).isTrue();
            assertThat(failure(database)).isNull();
        }
    }

    @Test
    void a_shorter_limit_of_a_transaction_is_kept_by_a_server_that_hangs_and_ends_with_the_transaction()
            throws SQLException {
        try (Database database = Database.open(settings(""))) {
            Throwable failure = catchThrowable(() -> database.change(transaction -> {
                database.limit(transaction, Duration.ofMillis(200));
                proxy.stall();
                return transaction.handle().execute("select 1");
            }));
            proxy.resume();

            assertThat(Database.isUnavailable(failure)).as("%s", failure).isTrue();
            int after = database.change(transaction -> {
                database.limit(transaction, Duration.ofMillis(200));
                return 0;
            });
            assertThat(after).isZero();
            database.jdbi().useHandle(handle -> {
                assertThat(networkTimeout(handle)).isEqualTo(40_000);
                assertThat(shown(handle, "statement_timeout")).isEqualTo("30s");
            });
        }
    }

    private static int networkTimeout(Handle handle) throws SQLException {
        return handle.getConnection().getNetworkTimeout();
    }

    @Test
    void a_server_that_accepts_connections_and_never_answers_fails_the_start() {
        StoreSettings settings = settings("");
        proxy.stall();

        assertThatThrownBy(() -> Database.open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("expected: a database that answers within 1000 ms");
    }
}
