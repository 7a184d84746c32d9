package dev.busbar.host;

import dev.busbar.host.access.AccessControl;
import dev.busbar.host.admin.HostRoute;
import dev.busbar.host.admin.HostRoutes;
import dev.busbar.host.authentication.Logins;
import dev.busbar.host.issuers.Issuers;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.threads.Threads;
import dev.busbar.host.tokens.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Principals, keys and roles, tokens of this host and of other issuers. Its objects may be used by any thread. */
final class Identity implements Part {
    private static final Duration TOKENS_PERIOD = Duration.ofSeconds(2);
    private static final int STORE_READS = 16;
    private static final Duration KEY_USES_PERIOD = Duration.ofMinutes(1);

    private final AccessControl access;
    private final AtomicReference<@Nullable String> bootstrapKey;
    private final Issuers issuers;
    private final Tokens tokens;
    private final Logins logins;

    Identity(HostSettings settings, Storage storage, Opened opened) throws IOException {
        AccessControl.Rules rules = new AccessControl.Rules(
                settings.base().environment(),
                settings.traffic().limits().planNames(),
                settings.base().data());
        ExecutorService reads = Threads.idling("busbar-access", STORE_READS);
        // Not interrupted: the embedded store closes its file under a reader that is.
        opened.add("reads of keys and roles", reads::shutdown);
        access = new AccessControl(storage.database(), storage.clock(), reads, rules, storage.audit());
        opened.add("key uses", access.keys()::writeUses);
        bootstrapKey = new AtomicReference<>(access.keys().ensureBootstrapKey().orElse(null));
        ExecutorService fetchers = Threads.unbounded("busbar-issuers");
        opened.add("issuers", fetchers::shutdownNow);
        issuers = new Issuers(settings.identity().issuers(), storage.clock(), fetchers);
        tokens = new Tokens(
                storage.database(), storage.audit(), settings.identity().tokens(), issuers, storage.clock());
        logins = new Logins(access, tokens, settings.identity().authentication(), storage.audit());
    }

    @Override
    public List<HostRoute> routes() {
        return HostRoutes.identity(access, tokens, logins);
    }

    @Override
    public void schedule(Ticks ticks) {
        ticks.every(TOKENS_PERIOD, Ticks.Work.MAY_BLOCK, "tokens", tokens::keepUp);
        ticks.every(KEY_USES_PERIOD, Ticks.Work.MAY_BLOCK, "key uses", access.keys()::writeUses);
    }

    /**
     * Fails the start if an issuer is mapped to a role that does not exist: a misspelt role would admit nobody, and a
     * role that is created later under that name would be granted by accident.
     */
    void requireMappedRoles() {
        Set<String> unknown = new TreeSet<>(issuers.mappedRoles());
        access.roles().list().forEach(role -> unknown.remove(role.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("issuers: mapped to roles " + unknown
                    + " (expected: existing roles; create them first, or correct issuers.<name>.roles)");
        }
    }

    AccessControl access() {
        return access;
    }

    /** Returns the key of the first start once, and drops the reference to it; empty on every later start. */
    Optional<String> takeBootstrapKey() {
        return Optional.ofNullable(bootstrapKey.getAndSet(null));
    }

    Tokens tokens() {
        return tokens;
    }

    Logins logins() {
        return logins;
    }
}
