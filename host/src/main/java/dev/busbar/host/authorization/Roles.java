package dev.busbar.host.authorization;

import static java.util.Map.entry;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Roles: names of sets of permissions, the default ones and those that the operator has added or replaced. Immutable.
 */
public final class Roles {
    /** The role that may do everything. */
    public static final String ADMIN = "admin";

    private static final Map<String, PermissionSet> DEFAULTS = Map.ofEntries(
            entry(ADMIN, PermissionSet.of(Set.of("*:*", "host:*"))),
            entry("researcher", PermissionSet.of(Set.of("glimpse:*", "turbo:read", "datasets:*", "insights:read"))),
            entry("developer", PermissionSet.of(Set.of("echoes:*", "glimpse:read", "datasets:read", "insights:read"))),
            entry("analyst", PermissionSet.of(Set.of("*:read"))));

    private final Map<String, PermissionSet> roles;
    private final Set<String> stored;

    private Roles(Map<String, PermissionSet> roles, Set<String> stored) {
        this.roles = Collections.unmodifiableMap(roles);
        this.stored = Set.copyOf(stored);
    }

    /** The default roles with others beside or, by the same name, in place of them. */
    public static Roles with(Map<String, PermissionSet> others) {
        Map<String, PermissionSet> roles = new TreeMap<>(DEFAULTS);
        roles.putAll(others);
        return new Roles(roles, others.keySet());
    }

    /** All names, in order. */
    public Set<String> names() {
        return roles.keySet();
    }

    /** The permissions of a role; none for a role that does not exist. */
    public PermissionSet permissions(String name) {
        return roles.getOrDefault(name, PermissionSet.NONE);
    }

    /** True if there is a default role of this name. */
    public static boolean isDefault(String name) {
        return DEFAULTS.containsKey(name);
    }

    /** True if the operator has defined or replaced the role. */
    public boolean isStored(String name) {
        return stored.contains(name);
    }

    /** The permissions of several roles; a role that does not exist has none. */
    public PermissionSet permissions(Collection<String> names) {
        return names.stream().map(this::permissions).reduce(PermissionSet.NONE, PermissionSet::union);
    }
}
