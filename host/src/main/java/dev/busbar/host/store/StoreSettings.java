package dev.busbar.host.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of the store. Immutable.
 *
 * @param url JDBC URL of H2 or PostgreSQL
 * @param user login name; may be empty
 * @param password its password; may be empty
 * @param connections the max number of connections
 * @param connectTimeout the max wait for a connection
 * @param startTimeout the max wait for a database server that does not answer when the host starts
 */
public record StoreSettings(
        String url, String user, String password, int connections, Duration connectTimeout, Duration startTimeout) {
    private static final int DEFAULT_CONNECTIONS = 10;
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(250);

    /** Validates the values. */
    public StoreSettings {
        Dialect.of(url);
        if (connections < 1 || connections > 1000) {
            throw new IllegalArgumentException("connections: " + connections + " (expected: 1 to 1000)");
        }
        if (connectTimeout.compareTo(MIN_CONNECT_TIMEOUT) < 0) {
            throw new IllegalArgumentException("connectTimeout: " + connectTimeout + " (expected: at least 250ms)");
        }
        if (startTimeout.isNegative()) {
            throw new IllegalArgumentException("startTimeout: " + startTimeout + " (expected: 0s or more)");
        }
    }

    /** The embedded store of one node, in files named {@code store/busbar.*} below the data directory. */
    public static StoreSettings embedded(Path data) {
        Path file = data.toAbsolutePath().normalize().resolve("store").resolve("busbar");
        if (file.toString().indexOf(';') >= 0) {
            throw new IllegalArgumentException(
                    "data directory: \"" + data + "\" (expected: no ';' in it, or a store.url of its own)");
        }
        return of("jdbc:h2:file:" + file, "", "");
    }

    /** A store at a URL, with the default limits. */
    public static StoreSettings of(String url, String user, String password) {
        return new StoreSettings(
                url, user, password, DEFAULT_CONNECTIONS, DEFAULT_CONNECT_TIMEOUT, DEFAULT_START_TIMEOUT);
    }

    /** The settings without the password and without secrets in the URL, for messages and logs. */
    @Override
    public String toString() {
        return "StoreSettings[url=" + Dialect.withoutSecrets(url) + ", user=" + user + ", connections=" + connections
                + ", connectTimeout=" + connectTimeout + ", startTimeout=" + startTimeout + "]";
    }
}
