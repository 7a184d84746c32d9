package dev.busbar.host.authorization;

import dev.busbar.host.pipeline.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A set of permissions. Immutable. */
public final class PermissionSet {
    /** Nothing is permitted. */
    public static final PermissionSet NONE = new PermissionSet(List.of());

    private final List<Permission> permissions;
    /** Computed once, as each request needs it. */
    private final Set<String> names;

    private PermissionSet(List<Permission> permissions) {
        this.permissions = permissions;
        this.names = permissions.stream()
                .map(Permission::toString)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new), Collections::unmodifiableSortedSet));
    }

    /**
     * Parses permissions.
     *
     * @param texts such as {@code turbo:read} or {@code *:*}
     * @throws IllegalArgumentException when one has not the form of a permission
     */
    public static PermissionSet of(Collection<String> texts) {
        return of(texts.stream().map(Permission::parse));
    }

    /** True if a text has the form of a permission. Called for each request. */
    public static boolean isPermission(String text) {
        return Permission.isPermission(text);
    }

    /** The permissions without those that another one covers. */
    private static PermissionSet of(Stream<Permission> permissions) {
        List<Permission> distinct = permissions.distinct().toList();
        return new PermissionSet(distinct.stream()
                .filter(one -> distinct.stream().noneMatch(other -> !other.equals(one) && other.covers(one)))
                .toList());
    }

    /**
     * True if the set includes a permission. Called for each request.
     *
     * @param permission {@code <platform>:<action>}
     * @throws IllegalArgumentException when it has not the form of a permission
     */
    public boolean permits(String permission) {
        return covers(Permission.parse(permission));
    }

    /**
     * True if a caller with this set may call a route. Called for each request.
     *
     * @param needed the permission of the route, which may be {@link Endpoint#ANY_PRINCIPAL}
     */
    public boolean allows(String needed) {
        return needed.equals(Endpoint.ANY_PRINCIPAL) || permits(needed);
    }

    private boolean covers(Permission wanted) {
        for (Permission permission : permissions) {
            if (permission.covers(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** The permissions of another set that this one does not include. */
    public List<String> missing(PermissionSet other) {
        return other.permissions.stream()
                .filter(wanted -> !covers(wanted))
                .map(Permission::toString)
                .sorted()
                .toList();
    }

    /** The permissions of both sets. */
    public PermissionSet union(PermissionSet other) {
        return of(Stream.concat(permissions.stream(), other.permissions.stream()));
    }

    /** The permissions that both sets include. */
    public PermissionSet intersect(PermissionSet other) {
        List<Permission> common = new ArrayList<>();
        for (Permission mine : permissions) {
            for (Permission theirs : other.permissions) {
                mine.intersect(theirs).ifPresent(common::add);
            }
        }
        return of(common.stream());
    }

    /** The permissions as they are written, in order. */
    public Set<String> names() {
        return names;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PermissionSet set && names.equals(set.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        return String.join(" ", names);
    }
}
