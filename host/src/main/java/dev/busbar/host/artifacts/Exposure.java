package dev.busbar.host.artifacts;

import java.util.List;

/** The decision whether a jar may show its public routes to everybody. */
public sealed interface Exposure {
    /**
     * It may.
     *
     * @param notes what a person should know of it
     */
    record Allowed(List<String> notes) implements Exposure {}

    /** It may not without the operator's consent. */
    record Refused(String reason) implements Exposure {}

    /** The consents could not be read. */
    record Unknown(String reason) implements Exposure {}
}
