package dev.busbar.host.isolation;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Former names of the plugin API, with those that replace them: advice for the author of a jar that was
 * compiled against an earlier version. Stateless.
 */
final class ApiChanges {
    private static final String PACKAGE = "dev.busbar.plugin.";
    private static final String PARAMETER =
            "Parameter.query(name, codec), then required(), optional(), defaultValue(value) or list()";

    /** The advice by the old name, as {@link ClassScan#missing} begins with it. */
    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("Access$Kind", "Access is Access.PUBLIC or an Access.Action"),
            Map.entry("Access.<init>", "call Access.action(name)"),
            Map.entry("Access.action(", "compile it again: Access is an interface"),
            Map.entry("Access.action()", "call Access.Action.name()"),
            Map.entry("Access.kind", "Access is Access.PUBLIC or an Access.Action"),
            Map.entry("CachePolicy.isKeptOverSwap", "it is CachePolicy.isSurvivingSwap"),
            Map.entry("CachePolicy.isSameForAll", "it is CachePolicy.isShared"),
            Map.entry("CachePolicy.keptOverSwap", "it is CachePolicy.survivesSwap"),
            Map.entry("CachePolicy.sameForAll", "it is CachePolicy.shared"),
            Map.entry("Deprecation.<init>", "call Deprecation.since(day)"),
            Map.entry("HealthCheck$Health.<init>", "call Health.pass(), warn(detail) or fail(detail)"),
            Map.entry("HealthCheck.<init>", "call HealthCheck.of(name, probe)"),
            Map.entry("Parameter.<init>", "call " + PARAMETER),
            Map.entry(
                    "Parameter.header(",
                    "call Parameter.header(name, codec), then required(), optional() or defaultValue(value)"),
            Map.entry("Parameter.path(", "call Parameter.path(name, codec)"),
            Map.entry("Parameter.query(", "call " + PARAMETER),
            Map.entry("Parameter.required(", "call it on what Parameter.query(name, codec) returns"),
            Map.entry("Parameter.type(", "the codec says it: " + PARAMETER),
            Map.entry("PlatformCall.delete(", "compile it again: the values of a path may be of any type"),
            Map.entry("PlatformCall.get(", "compile it again: the values of a path may be of any type"),
            Map.entry("PlatformCall.patch(", "compile it again: the values of a path may be of any type"),
            Map.entry("PlatformCall.post(", "compile it again: the values of a path may be of any type"),
            Map.entry("PlatformCall.put(", "compile it again: the values of a path may be of any type"),
            Map.entry("Principal.<init>", "call Principal.of(id, kind, roles)"),
            Map.entry("ProblemException$Violation.<init>", "call Violation.of(pointer, detail)"),
            Map.entry("Route.answers", "it is Route.responses"),
            Map.entry("Route.takes", "it is Route.bodyType"),
            Map.entry("RouteAnswer", "it is RouteResponse"),
            Map.entry("RouteExample.<init>", "call RouteExample.request(value) or response(status, value)"),
            Map.entry("RouteExample.answer", "it is RouteExample.response"),
            Map.entry("RouteProblem.<init>", "call Route.problem(status, name, when)"));

    private ApiChanges() {}

    /** The advice on members that this API does not have, each once; empty where there is none. */
    static List<String> advice(Collection<String> missing) {
        return missing.stream()
                .filter(member -> member.startsWith(PACKAGE))
                .map(member -> member.substring(PACKAGE.length()))
                .flatMap(
                        member -> ADVICE.keySet().stream()
                                .filter(member::startsWith)
                                .max(Comparator.comparingInt(String::length))
                                .stream())
                .sorted()
                .map(old -> old.replaceFirst("\\.<init>|\\(\\)?$", "") + ": " + ADVICE.get(old))
                .distinct()
                .toList();
    }
}
