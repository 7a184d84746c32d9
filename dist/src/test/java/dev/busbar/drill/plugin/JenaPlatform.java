package dev.busbar.drill.plugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.PlatformContext;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.util.List;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;

/** Evaluates a SPARQL query over an in-memory model with a bundled Apache Jena. */
public final class JenaPlatform implements Platform {
    private static final String BASE = "https://example.org/";

    private Model model;

    @Override
    public void start(PlatformContext context) {
        model = ModelFactory.createDefaultModel();
        for (int i = 0; i < 100; i++) {
            model.createResource(BASE + i).addLiteral(model.createProperty(BASE + "value"), i);
        }
        count();
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/use", request -> Response.text(Integer.toString(count())))
                .access(Access.PUBLIC));
    }

    private int count() {
        String query = "select (count(*) as ?n) where { ?s <" + BASE + "value> ?v filter(?v >= 50) }";
        try (QueryExecution execution = QueryExecutionFactory.create(query, model)) {
            return execution.execSelect().next().getLiteral("n").getInt();
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
