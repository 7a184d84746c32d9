package dev.busbar.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code busbar roles}: what each role permits, and who may call what. Stateless. */
final class Roles {
    private Roles() {}

    static Command list() {
        return new Command(
                "roles list", "", "Show the roles and what they permit", Set.of(), Set.of(), Roles::showRoles);
    }

    static Command matrix() {
        return new Command(
                "roles matrix", "", "Show which role may call which route", Set.of(), Set.of(), Roles::showMatrix);
    }

    private static int showRoles(Call call) throws FailedException, UsageException, InterruptedException {
        Tree roles = call.api().get("/admin/roles", Api.SOON);
        Table table = new Table().row(List.of("ROLE", "MADE BY", "PERMISSIONS"));
        for (Tree role : roles.items()) {
            table.row(List.of(
                    role.text("name"), role.get("own").isTrue() ? "operator" : "Busbar", texts(role, "permissions")));
        }
        return print(call, roles, table);
    }

    private static int showMatrix(Call call) throws FailedException, UsageException, InterruptedException {
        Tree matrix = call.api().get("/admin/roles/matrix", Api.SOON);
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
        return print(call, matrix, table);
    }

    private static int print(Call call, Tree answer, Table table) {
        if (call.isJson()) {
            call.print(answer.json());
        } else {
            table.lines().forEach(call::print);
        }
        return 0;
    }

    private static List<String> names(Tree of, String name) {
        return of.get(name).items().stream()
                .map(Tree::text)
                .flatMap(Optional::stream)
                .toList();
    }

    private static String texts(Tree of, String name) {
        return String.join(", ", names(of, name));
    }
}
