package dev.busbar.core;

import dev.busbar.plugin.HealthCheck;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a platform declares, on a thread that may run its code. Stateless. */
public final class Declarations {
    private Declarations() {}

    /**
     * Reads the routes, once.
     *
     * @throws InvalidDeclarationException when there is no list, or an element of it is null
     */
    public static List<Route> routes(Platform platform) {
        return elements("routes()", platform.routes());
    }

    /**
     * Reads the health checks, once.
     *
     * @throws InvalidDeclarationException when there is no list, or an element of it is null
     */
    public static List<HealthCheck> healthChecks(Platform platform) {
        return elements("healthChecks()", platform.healthChecks());
    }

    /** The list may be of a class of the plugin's own, so that its elements are copied before they are looked at. */
    private static <T> List<T> elements(String method, @Nullable List<T> declared) {
        if (declared == null) {
            throw new InvalidDeclarationException(method + " returned null (expected: a list)");
        }
        List<@Nullable T> copy = new ArrayList<>(declared);
        int missing = copy.indexOf(null);
        if (missing >= 0) {
            throw new InvalidDeclarationException(
                    method + " returned a list with null at index " + missing + " (expected: no null)");
        }
        return List.copyOf(declared);
    }
}
