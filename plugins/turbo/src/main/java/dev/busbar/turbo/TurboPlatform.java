package dev.busbar.turbo;

import static dev.busbar.plugin.Route.NoBody.NO_BODY;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.time.Duration;
import java.util.List;
import org.pf4j.Extension;

/** Measures bias in decisions: which group is favoured, by how much, how surely. */
@Extension
public final class TurboPlatform implements Platform {
    private static final long MAX_BODY_BYTES = 256L << 20;
    private static final String DESCRIPTION = """
            A body of `text/csv` (UTF-8, with a header) has its description in the query. A body of `application/json` \
            has the same members itself, with `rows`, and none in the query; if it has more than 2 MiB, `rows` comes \
            last. Rows are counted while they stream in.""";
    private static final String CSV_EXAMPLE = """
            gender,decision
            Female,admitted
            Female,rejected
            Male,admitted
            """;
    private static final String JSON_EXAMPLE = """
            {"protectedAttribute": "gender", "privileged": "Male", "decision": "decision", "favourable": "admitted",
             "rows": [{"gender": "Female", "decision": "admitted"}, {"gender": "Female", "decision": "rejected"},
                      {"gender": "Male", "decision": "admitted"}]}
            """;

    /** Called by the host through PF4J. */
    public TurboPlatform() {}

    @Override
    public List<Route> routes() {
        Route audits = Route.post("/audits", NO_BODY, Audit.class, new AuditHandler())
                .access(Access.READ)
                .summary("Measure group fairness of a table of decisions")
                .description(DESCRIPTION)
                .consumes(AuditHandler.CSV, AuditHandler.JSON)
                .bodyType(AuditRequest.class)
                .example(RouteExample.request(AuditHandler.CSV, CSV_EXAMPLE))
                .example(RouteExample.request(AuditHandler.JSON, JSON_EXAMPLE))
                .deadline(Duration.ofSeconds(30))
                .maxBodyBytes(MAX_BODY_BYTES)
                .problem(400, "bad-request", "the body is malformed; `detail` says in which line and column")
                .problem(422, "validation-failed", "the description or a value does not fit");
        for (Parameter<?> parameter : DescriptionReader.PARAMETERS) {
            audits = audits.parameter(parameter);
        }
        return List.of(audits);
    }
}
