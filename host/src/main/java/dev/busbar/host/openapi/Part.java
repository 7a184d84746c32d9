package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.PathTemplate;
import dev.busbar.host.contract.Owner;
import dev.busbar.host.contract.RouteContract;
import dev.busbar.host.routing.PlatformRoutes;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The description of one generation: plain JSON without its types, so it may outlive the generation. Never changed once it
 * is created.
 *
 * @param platform the platform's id
 * @param isHost whether it describes the routes of the host
 * @param version its version
 * @param description what it says of itself
 * @param operations its routes
 * @param schemas the schemas that they refer to, by name
 */
record Part(
        String platform,
        boolean isHost,
        String version,
        String description,
        List<Operation> operations,
        Map<String, JsonNode> schemas) {
    private static final Logger LOG = LoggerFactory.getLogger(Part.class);
    private static final Comparator<PlatformRoutes.Declared> IN_ORDER = Comparator.comparing(
                    (PlatformRoutes.Declared declared) -> declared.contract().template())
            .thenComparing(declared -> declared.contract().method());

    /**
     * Describes a generation, whose classes are inspected but not initialized. The caller holds a lease of it.
     *
     * @param conventions the conventions of the host for all routes
     */
    static Part of(PlatformRoutes routes, Conventions conventions) {
        try {
            return describe(routes, conventions, true);
        } catch (RuntimeException | LinkageError e) {
            // The border to a plugin's types: a type that fails must not break the document of all.
            LOG.warn(
                    "{}: its types cannot be described, so the document has no schemas of them",
                    routes.generation(),
                    e);
            return describe(routes, conventions, false);
        }
    }

    private static Part describe(PlatformRoutes routes, Conventions conventions, boolean withTypes) {
        List<PlatformRoutes.Declared> declared =
                routes.declared().sorted(IN_ORDER).toList();
        String platform = routes.generation().platform();
        boolean isHost = routes.generation().owner() instanceof Owner.Host;
        if (declared.isEmpty()) {
            return new Part(platform, isHost, routes.generation().version(), "", List.of(), Map.of());
        }
        JsonCodec json = routes.json();
        Schemas schemas = new Schemas(json.mapper(), platform + ".");
        OperationWriter writer = new OperationWriter(withTypes ? of(schemas) : SILENT, json, conventions);
        List<Operation> operations = new ArrayList<>();
        Map<String, String> paths = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (PlatformRoutes.Declared each : declared) {
            String own = each.contract().id().path();
            // Two templates that differ in the names of their parameters only are one path to OpenAPI.
            String path = paths.computeIfAbsent(PathTemplate.parse(own).shape(), shape -> own);
            operations.add(writer.write(each, path, name(each.contract(), names)));
        }
        Map<String, JsonNode> components = new HashMap<>();
        schemas.components().properties().forEach(each -> components.put(each.getKey(), each.getValue()));
        return new Part(
                platform,
                isHost,
                routes.generation().version(),
                routes.generation().description(),
                List.copyOf(operations),
                Map.copyOf(components));
    }

    /** {@code billing.get.bills.by-id}, the same in each generation. */
    private static String name(RouteContract route, Set<String> taken) {
        String path = PathTemplate.parse(route.template()).segments().stream()
                .map(segment -> "."
                        + (PathTemplate.isParameter(segment)
                                ? "by-" + segment.substring(1, segment.length() - 1)
                                : segment.replaceAll("[^A-Za-z0-9-]", "-")))
                .collect(Collectors.joining());
        String plain = route.id().platform() + "." + route.method().name().toLowerCase(Locale.ROOT) + path;
        String name = plain;
        for (int i = 2; !taken.add(name); i++) {
            name = plain + "-" + i;
        }
        return name;
    }

    private static final OperationWriter.Types SILENT = new OperationWriter.Types() {
        @Override
        public ObjectNode response(Type type) {
            return JsonNodeFactory.instance.objectNode();
        }

        @Override
        public ObjectNode request(Type type) {
            return JsonNodeFactory.instance.objectNode();
        }
    };

    private static OperationWriter.Types of(Schemas schemas) {
        return new OperationWriter.Types() {
            @Override
            public ObjectNode response(Type type) {
                return schemas.response(type);
            }

            @Override
            public ObjectNode request(Type type) {
                return schemas.request(type);
            }
        };
    }
}
