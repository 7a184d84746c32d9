package dev.busbar.host.isolation;

import java.util.List;

/**
 * The terms of a plugin in its manifest. Immutable.
 *
 * @param requirements the platforms it needs
 * @param exclusive whether two generations of it must not run at once: {@code Busbar-Handover: exclusive}
 * @param state the schemas of its persistent state
 * @param permissions the permissions that it requests, such as {@code turbo:read}
 * @param secrets the secrets in its configuration, as JSON pointers
 */
public record Terms(
        List<Requirement> requirements,
        boolean exclusive,
        StateSchemas state,
        List<String> permissions,
        List<String> secrets) {
    /** No requirements. */
    public static final Terms NONE = new Terms(List.of(), false, StateSchemas.NONE, List.of(), List.of());

    static boolean isExclusive(String attribute) throws InvalidPluginException {
        return switch (attribute) {
            case "", "overlap" -> false;
            case "exclusive" -> true;
            default ->
                throw new InvalidPluginException(
                        "manifest attribute Busbar-Handover: \"" + attribute + "\" (expected: overlap or exclusive)");
        };
    }
}
