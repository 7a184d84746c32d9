package dev.busbar.host.jobs;

import dev.busbar.host.pipeline.Caller;
import dev.busbar.plugin.Principal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The submitter of a job: a principal, and the credential that it has used, with the permissions that had then. Immutable.
 *
 * @param principal the principal, with its roles then
 * @param account the account of the credential: the id of the first key of its rotations, the id of the principal where
 *     it has no key
 * @param scope the permissions of the credential then
 */
public record Submitter(Principal principal, String account, Set<String> scope) {
    /** Copies the scope. */
    public Submitter {
        scope = Set.copyOf(scope);
    }

    /** The caller of a request as the submitter of a job. */
    public static Submitter of(Caller caller) {
        return new Submitter(caller.principal(), caller.account().id(), caller.permissions());
    }

    static Submitter of(String id, String kind, String roles, String account, String scope) {
        Principal.Kind known = Principal.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        return new Submitter(Principal.of(id, known, words(roles)), account, words(scope));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" ", -1));
    }

    String kind() {
        return principal.kind().name().toLowerCase(Locale.ROOT);
    }

    String roles() {
        return String.join(" ", new TreeSet<>(principal.roles()));
    }

    String scopeText() {
        return String.join(" ", new TreeSet<>(scope));
    }

    /** Look-up of submitters when their jobs start. */
    @FunctionalInterface
    public interface Lookup {
        /**
         * The submitter as a caller now, with the permissions that it still has of those that it had at the submission; empty
         * when its credential has ended, or it was disabled. May block.
         */
        Optional<Caller> current(Submitter submitter);
    }
}
