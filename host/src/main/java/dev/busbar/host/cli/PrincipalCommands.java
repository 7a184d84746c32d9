package dev.busbar.host.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code busbar principals}: the people and services of a running host. */
final class PrincipalCommands {
    private static final String PRINCIPALS = "/admin/principals";

    private PrincipalCommands() {}

    private static String path(String id) {
        return PRINCIPALS + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private static Table table(List<Tree> principals) {
        Table table = new Table().row(List.of("PRINCIPAL", "KIND", "NAME", "ROLES", "STATE"));
        for (Tree each : principals) {
            table.row(List.of(
                    each.text("id"),
                    each.text("kind"),
                    each.text("name"),
                    String.join(", ", each.get("roles").strings()),
                    each.get("disabled").isTrue() ? "disabled" : "enabled"));
        }
        return table;
    }

    /** {@code busbar principals list}. For one thread. */
    @CommandLine.Command(name = "list", description = "Show the principals.")
    static final class ListPrincipals implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        ListPrincipals(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Api api = host.api();
            List<Tree> all = new ArrayList<>();
            String after = "";
            do {
                Tree page =
                        api.get(Api.path(PRINCIPALS, after.isEmpty() ? Map.of() : Map.of("after", after)), Api.SOON);
                all.addAll(page.get("items").items());
                after = page.text("next");
            } while (!after.isEmpty());
            return host.print(Tree.list(all), table(all));
        }
    }

    /** {@code busbar principals create}. For one thread. */
    @CommandLine.Command(name = "create", description = "Make a principal: a person or a service.")
    static final class Create implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Option(
                names = "--kind",
                paramLabel = "KIND",
                required = true,
                description = "The kind: human or service.")
        private String kind = "";

        @CommandLine.Option(names = "--name", paramLabel = "NAME", description = "The name, for people.")
        private @Nullable String name;

        @CommandLine.Option(names = "--roles", paramLabel = "ROLE,...", split = ",", description = "The roles.")
        private List<String> roles = List.of();

        @CommandLine.Parameters(paramLabel = "ID", description = "The id.")
        private String id = "";

        Create(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Map<String, Object> wanted = new LinkedHashMap<>();
            wanted.put("id", id);
            wanted.put("kind", kind);
            wanted.put("roles", roles);
            if (name != null) {
                wanted.put("name", name);
            }
            Tree made = host.api().send("POST", PRINCIPALS, Optional.of(wanted));
            return host.print(made, table(List.of(made)));
        }
    }

    private static int change(HostOptions host, String id, boolean disabled)
            throws FailedException, InterruptedException {
        Tree changed = host.api().send("PATCH", path(id), Optional.of(Map.of("disabled", disabled)));
        return host.print(changed, table(List.of(changed)));
    }

    /** {@code busbar principals disable}. For one thread. */
    @CommandLine.Command(name = "disable", description = "Disable a principal: its keys and tokens end at once.")
    static final class Disable implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The principal.")
        private String id = "";

        Disable(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            return change(host, id, true);
        }
    }

    /** {@code busbar principals enable}. For one thread. */
    @CommandLine.Command(name = "enable", description = "Enable a principal that was disabled.")
    static final class Enable implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The principal.")
        private String id = "";

        Enable(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            return change(host, id, false);
        }
    }

    /** {@code busbar principals delete}. For one thread. */
    @CommandLine.Command(name = "delete", description = "Delete a principal, and revoke its keys.")
    static final class Delete implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The principal.")
        private String id = "";

        Delete(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree unused = host.api().send("DELETE", path(id), Optional.empty());
            console.print(host.isJson() ? Tree.of(Map.of("deleted", id)).json() : "deleted " + Plain.text(id));
            return Cli.DONE;
        }
    }
}
