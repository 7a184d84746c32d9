package dev.busbar.host.testing;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.util.Optional;
import java.util.Set;

/** Authenticated callers for tests of interceptors. Immutable. */
public final class Callers {
    public static final Caller ANNA = of("anna", Set.of("analyst"), Set.of("billing:read"));
    public static final Caller BERT = of("bert", Set.of("analyst"), Set.of("billing:read"));

    private Callers() {}

    /** A service with a key of its own that may use every permission asked for. */
    public static Caller of(String id, Set<String> roles, Set<String> permissions) {
        return new Caller(
                Principal.of(id, Principal.Kind.SERVICE, roles),
                "key-of-" + id,
                permissions,
                Optional.empty(),
                permission -> true,
                Caller.Account.of("key-of-" + id));
    }
}
