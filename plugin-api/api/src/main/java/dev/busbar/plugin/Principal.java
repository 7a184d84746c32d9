package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.Set;

/**
 * The caller of a request, as the host has verified it. Immutable.
 */
public final class Principal {
    /** The kinds of callers. */
    public enum Kind {
        /** A person. */
        HUMAN,
        /** A program outside the host. */
        SERVICE,
        /** A platform inside the host. */
        PLATFORM
    }

    private final String id;
    private final Kind kind;
    private final Set<String> roles;

    private Principal(String id, Kind kind, Set<String> roles) {
        this.id = id;
        this.kind = kind;
        this.roles = roles;
    }

    /** A principal. Made by the host, and by tests. */
    public static Principal of(String id, Kind kind, Set<String> roles) {
        return new Principal(requireNonNull(id, "id"), requireNonNull(kind, "kind"), Set.copyOf(roles));
    }

    /** The stable id of the caller; {@code platform:<id>} for a platform. */
    public String id() {
        return id;
    }

    /** The kind of caller. */
    public Kind kind() {
        return kind;
    }

    /** The roles that the caller holds at the moment of the call. */
    public Set<String> roles() {
        return roles;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Principal that
                && id.equals(that.id)
                && kind.equals(that.kind)
                && roles.equals(that.roles);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, kind, roles);
    }

    @Override
    public String toString() {
        return "Principal[" + id + ", " + kind + ", " + roles + "]";
    }
}
