package dev.busbar.host.isolation;

import java.util.List;

/**
 * On which terms a plugin runs, as its manifest says. Immutable.
 *
 * @param requirements the platforms it needs
 * @param exclusive whether two generations of it may not run at once: {@code Busbar-Handover: exclusive}
 * @param state the schemas of its lasting state
 * @param permissions what it asks for itself, such as {@code turbo:read}
 */
public record Terms(List<Requirement> requirements, boolean exclusive, StateSchemas state, List<String> permissions) {
    /** It needs nothing and minds nobody. */
    public static final Terms NONE = new Terms(List.of(), false, StateSchemas.NONE, List.of());

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
