package dev.busbar.host.backup;

import dev.busbar.core.ProblemType;
import dev.busbar.host.access.Requester;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.Codec;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** Routes of backups; a restore is made by the command line, on a host that is stopped. Safe for any number of threads. */
final class BackupRoutes {
    private static final String PERMISSION = "host:backup";
    private static final Access BACKUP = Access.action("backup");
    private static final Parameter<String> ID =
            Parameter.path("id", Codec.STRING).description("the id of the backup");

    private final Backups backups;

    BackupRoutes(Backups backups) {
        this.backups = backups;
    }

    List<HostRoute> routes() {
        return Stream.of(
                        Route.get("/admin/backups", request -> Response.json(backups.list()))
                                .access(BACKUP)
                                .summary("The backups of this node, the newest first")
                                .returns(BackupView[].class),
                        Route.post("/admin/backups", this::create)
                                .access(BACKUP)
                                .summary("Begin a backup of the store; its state is shown below its own path")
                                .problem(
                                        ProblemType.CONFLICT.status(),
                                        ProblemType.CONFLICT.id(),
                                        "this node makes a backup already")
                                .returns(202, BackupView.class),
                        Route.get("/admin/backups/{id}", this::show)
                                .parameter(ID)
                                .access(BACKUP)
                                .summary("A backup of this node, and how far it is")
                                .returns(BackupView.class))
                .map(route -> new HostRoute(route, HostRoute.Placement.ADMIN))
                .toList();
    }

    private Response create(Request request) {
        BackupView begun = backups.start(Requester.current(request, PERMISSION).actor());
        return Response.json(begun)
                .status(202)
                .header("location", "/admin/backups/" + begun.id())
                .header("retry-after", "1");
    }

    private Response show(Request request) throws IOException {
        return backups.find(request.get(ID))
                .map(Response::json)
                .orElseThrow(() -> ProblemException.notFound("there is no backup of this id on this node"));
    }
}
