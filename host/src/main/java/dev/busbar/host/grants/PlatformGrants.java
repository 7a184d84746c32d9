package dev.busbar.host.grants;

import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Permissions of platforms on other platforms: those that a platform requests in its manifest, as far as the operator
 * grants them. Permissions on the host are never granted. Immutable.
 */
public final class PlatformGrants {
    private static final String HOST = "host:";
    private static final Pattern PLATFORM = Pattern.compile("[a-z][a-z0-9-]{1,40}");

    private static final Map<String, PermissionSet> DEFAULTS = Map.of(
            "insights",
            PermissionSet.of(List.of("glimpse:read", "turbo:read", "echoes:read", "datasets:read")),
            "echoes",
            PermissionSet.of(List.of("datasets:write", "turbo:read")));

    private final Map<String, PermissionSet> grants;

    private PlatformGrants(Map<String, PermissionSet> grants) {
        this.grants = Map.copyOf(grants);
    }

    /**
     * Parses the grants of the operator, which replace the default ones of the same platform.
     *
     * @param lines such as {@code reports turbo:read datasets:read}: a platform, then what it is granted, nothing perhaps
     * @throws IllegalArgumentException when one is malformed, grants what is the host's, or a platform stands there twice
     */
    public static PlatformGrants of(List<String> lines) {
        Map<String, PermissionSet> grants = new HashMap<>(DEFAULTS);
        Set<String> named = new HashSet<>();
        for (String line : lines) {
            List<String> words = Arrays.asList(line.strip().split("\\s+"));
            List<String> permissions = words.subList(1, words.size());
            boolean sound = PLATFORM.matcher(words.get(0)).matches()
                    && permissions.stream()
                            .allMatch(text -> PermissionSet.isPermission(text) && !text.startsWith(HOST));
            if (!sound || !named.add(words.get(0))) {
                throw new IllegalArgumentException(
                        "grants: \"" + line + "\" (expected: a platform, each once, and what it"
                                + " is granted, such as reports turbo:read datasets:read, and nothing of the host's own)");
            }
            grants.put(words.get(0), PermissionSet.of(permissions));
        }
        return new PlatformGrants(grants);
    }

    /**
     * The granted permissions of those that a platform requests.
     *
     * @param requested the permissions in its manifest
     */
    public Set<String> granted(String platform, Collection<String> requested) {
        return common(platform, requested).names();
    }

    private PermissionSet common(String platform, Collection<String> requested) {
        return grants.getOrDefault(platform, PermissionSet.NONE).intersect(PermissionSet.of(requested));
    }

    /**
     * A platform as a caller: {@code platform:<id>}, with the permissions on itself and the granted ones, without roles.
     *
     * @param requested the permissions in its manifest
     */
    public Caller caller(String platform, Collection<String> requested) {
        String id = "platform:" + platform;
        PermissionSet effective = common(platform, requested).union(PermissionSet.of(List.of(platform + ":*")));
        return new Caller(
                Principal.of(id, Principal.Kind.PLATFORM, Set.of()),
                id,
                effective.names(),
                Optional.empty(),
                effective::permits,
                Caller.Account.of(id));
    }
}
