package dev.busbar.host;

import dev.busbar.host.access.AccessControl;
import dev.busbar.host.authorization.PermissionSet;
import dev.busbar.host.jobs.Submitter;
import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.util.Optional;
import java.util.function.Function;

/** The submitters of jobs as they are when their jobs start. May be called from any thread that may block. */
final class Submitters implements Submitter.Lookup {
    private final AccessControl access;
    private final Function<String, Optional<Caller>> platforms;

    /** @param platforms a platform as a caller, by its id; empty where there is none */
    Submitters(AccessControl access, Function<String, Optional<Caller>> platforms) {
        this.access = access;
        this.platforms = platforms;
    }

    @Override
    public Optional<Caller> current(Submitter submitter) {
        if (submitter.principal().kind() == Principal.Kind.PLATFORM) {
            return platforms
                    .apply(submitter
                            .principal()
                            .id()
                            .substring(submitter.principal().id().indexOf(':') + 1))
                    .map(caller -> narrowed(caller, PermissionSet.of(caller.permissions()), submitter));
        }
        boolean hasKey = submitter.account().indexOf(':') < 0;
        return hasKey ? ofKey(submitter) : Optional.of(ofRoles(submitter));
    }

    private Optional<Caller> ofKey(Submitter submitter) {
        return access.keys().frozen(submitter.account(), submitter.scope()).filter(caller -> caller.principal()
                .id()
                .equals(submitter.principal().id()));
    }

    /** A principal of another issuer is not in the store: its roles are those that its token had. */
    private Caller ofRoles(Submitter submitter) {
        PermissionSet permissions =
                access.roles().current().permissions(submitter.principal().roles());
        Caller caller = new Caller(
                submitter.principal(),
                submitter.account(),
                permissions.names(),
                Optional.empty(),
                permissions::permits,
                Caller.Account.of(submitter.account()));
        return narrowed(caller, permissions, submitter);
    }

    private static Caller narrowed(Caller caller, PermissionSet now, Submitter submitter) {
        PermissionSet permissions = now.intersect(PermissionSet.of(submitter.scope()));
        return new Caller(
                caller.principal(),
                caller.keyId(),
                permissions.names(),
                caller.expiresAt(),
                permissions::permits,
                caller.account(),
                caller.credential());
    }
}
