package dev.busbar.host.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code busbar keys}: the API keys of a running host. A key is printed once, when it is made. */
final class KeyCommands {
    private static final String KEYS = "/admin/keys";

    private KeyCommands() {}

    private static String path(String id, String more) {
        return KEYS + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + more;
    }

    /** {@code busbar keys list}. For one thread. */
    @CommandLine.Command(name = "list", description = "Show the API keys.")
    static final class ListKeys implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Option(names = "--owner", paramLabel = "ID", description = "Only the keys of this principal.")
        private @Nullable String owner;

        ListKeys(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree keys = host.api().get(Api.path(KEYS, owner == null ? Map.of() : Map.of("owner", owner)), Api.SOON);
            Table table = new Table().row(List.of("KEY", "OWNER", "NAME", "ROLES", "STATE", "LAST USED"));
            for (Tree key : keys.items()) {
                table.row(List.of(
                        key.text("id"),
                        key.text("owner"),
                        key.text("name"),
                        String.join(", ", key.get("roles").strings()),
                        state(key),
                        key.text("lastUsedAt")));
            }
            return host.print(keys, table);
        }

        private static String state(Tree key) {
            if (!key.text("revokedAt").isEmpty()) {
                return "revoked " + key.text("revokedAt");
            }
            return key.text("expiresAt").isEmpty() ? "valid" : "expires " + key.text("expiresAt");
        }
    }

    /** {@code busbar keys create}. For one thread. */
    @CommandLine.Command(name = "create", description = "Make an API key; it is printed once.")
    static final class Create implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Option(names = "--owner", paramLabel = "ID", required = true, description = "The principal.")
        private String owner = "";

        @CommandLine.Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "The kind of a principal that is new: human or service.")
        private @Nullable String kind;

        @CommandLine.Option(names = "--name", paramLabel = "NAME", required = true, description = "What it is for.")
        private String name = "";

        @CommandLine.Option(
                names = "--roles",
                paramLabel = "ROLE,...",
                split = ",",
                description = "Its roles; else those of its owner.")
        private List<String> roles = List.of();

        @CommandLine.Option(
                names = "--permissions",
                paramLabel = "PERMISSION,...",
                split = ",",
                description = "Its permissions; else those of its roles.")
        private List<String> permissions = List.of();

        @CommandLine.Option(
                names = "--expires-at",
                paramLabel = "TIME",
                description = "When it ends, such as 2027-01-31T00:00:00Z; else never.")
        private @Nullable String expiresAt;

        Create(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Map<String, Object> wanted = new LinkedHashMap<>();
            wanted.put("owner", owner);
            wanted.put("name", name);
            wanted.put("roles", roles);
            wanted.put("permissions", permissions);
            put(wanted, "kind", kind);
            put(wanted, "expiresAt", expiresAt);
            return made(console, host, host.api().send("POST", KEYS, Optional.of(wanted)));
        }
    }

    private static void put(Map<String, Object> members, String name, @Nullable String value) {
        if (value != null) {
            members.put(name, value);
        }
    }

    private static int made(Console console, HostOptions host, Tree key) {
        if (host.isJson()) {
            console.print(key.json());
        } else {
            console.print(
                    "key " + Plain.text(key.text("id")) + " of " + Plain.text(key.text("owner")) + ", shown once:");
            console.print("  " + Plain.text(key.text("key")));
        }
        return Cli.DONE;
    }

    /** {@code busbar keys rotate}. For one thread. */
    @CommandLine.Command(name = "rotate", description = "Make the successor of an API key; it is printed once.")
    static final class Rotate implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Option(
                names = "--overlap",
                paramLabel = "DURATION",
                defaultValue = "PT24H",
                description = "How long the old key may still be used (default: ${DEFAULT-VALUE}).")
        private Duration overlap = Duration.ofHours(24);

        @CommandLine.Parameters(paramLabel = "KEY", description = "The public part of the key.")
        private String id = "";

        Rotate(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Map<String, Object> wanted = Map.of("overlap", overlap.toString());
            return made(console, host, host.api().send("POST", path(id, "/rotate"), Optional.of(wanted)));
        }
    }

    /** {@code busbar keys revoke}. For one thread. */
    @CommandLine.Command(name = "revoke", description = "Revoke an API key, at once.")
    static final class Revoke implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "KEY", description = "The public part of the key.")
        private String id = "";

        Revoke(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree unused = host.api().send("DELETE", path(id, ""), Optional.empty());
            console.print(host.isJson() ? Tree.of(Map.of("revoked", id)).json() : "revoked " + Plain.text(id));
            return Cli.DONE;
        }
    }
}
