package dev.busbar.turbo;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import java.time.Duration;
import java.util.List;
import org.pf4j.Extension;

/** Measures bias in decisions: which group is favoured, by how much, how surely. */
@Extension
public final class TurboPlatform implements Platform {
    private static final long MAX_BODY_BYTES = 256L << 20;
    private static final String SUMMARY =
            "Measure group fairness of a table of decisions: text/csv with the description"
                    + " in the query (protectedAttribute, privileged, decision, favourable; optional: label, favourableLabel,"
                    + " weight, stratum, confidence), or JSON with the same members and rows";

    /** Called by the host through PF4J. */
    public TurboPlatform() {}

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/audits", new AuditHandler())
                .access(Access.READ)
                .summary(SUMMARY)
                .consumes(AuditHandler.CSV, AuditHandler.JSON)
                .deadline(Duration.ofSeconds(30))
                .maxBodyBytes(MAX_BODY_BYTES)
                .returns(Audit.class));
    }
}
