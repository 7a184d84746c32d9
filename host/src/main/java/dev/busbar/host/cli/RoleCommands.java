package dev.busbar.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code busbar roles}: the permissions of each role, and the routes that each role may call. */
final class RoleCommands {
    private RoleCommands() {}

    /** {@code busbar roles list}. For one thread. */
    @CommandLine.Command(name = "list", description = "Show the roles and what they permit.")
    static final class ListRoles implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        ListRoles(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree roles = host.api().get("/admin/roles", Api.SOON);
            Table table = new Table().row(List.of("ROLE", "MADE BY", "PERMISSIONS"));
            for (Tree role : roles.items()) {
                table.row(List.of(
                        role.text("name"),
                        role.get("own").isTrue() ? "operator" : "Busbar",
                        String.join(", ", names(role, "permissions"))));
            }
            return host.print(roles, table);
        }
    }

    /** {@code busbar roles matrix}. For one thread. */
    @CommandLine.Command(name = "matrix", description = "Show which role may call which route.")
    static final class Matrix implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        Matrix(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree matrix = host.api().get("/admin/roles/matrix", Api.SOON);
            List<String> roles = names(matrix, "roles");
            List<String> head = new ArrayList<>(List.of("METHOD", "PATH", "PERMISSION"));
            head.addAll(roles);
            Table table = new Table().row(head);
            for (Tree route : matrix.get("routes").items()) {
                List<String> permitted = names(route, "roles");
                List<String> row = new ArrayList<>(List.of(
                        route.text("method"),
                        route.text("path"),
                        route.get("permission").text().orElse("anybody")));
                roles.forEach(role -> row.add(permitted.contains(role) ? "yes" : "-"));
                table.row(row);
            }
            return host.print(matrix, table);
        }
    }

    private static List<String> names(Tree of, String name) {
        return of.get(name).strings();
    }
}
