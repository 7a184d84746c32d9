package dev.busbar.host.artifacts;

import java.util.List;

/** The decision whether a jar may serve its public routes. Immutable. */
public sealed interface Exposure {
    /**
     * Allowed.
     *
     * @param notes information for the operator
     */
    record Allowed(List<String> notes) implements Exposure {}

    /** Refused without the operator's consent. */
    record Refused(String reason) implements Exposure {}

    /** The consents could not be read. */
    record Unknown(String reason) implements Exposure {}
}
