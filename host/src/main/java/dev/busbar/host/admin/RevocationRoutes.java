package dev.busbar.host.admin;

import dev.busbar.host.access.Keys;
import dev.busbar.host.access.Requester;
import dev.busbar.host.jwt.VerifiedToken;
import dev.busbar.host.revocations.Revocation;
import dev.busbar.host.revocations.Revocation.Kind;
import dev.busbar.host.tokens.Tokens;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import dev.busbar.plugin.RouteExample;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Routes of revocations and signing keys. Safe for any number of threads. */
final class RevocationRoutes {
    private static final String PERMISSION = "host:keys";
    private static final Access KEYS = Access.action("keys");
    private static final int MAX_LISTED = 1_000;
    /** The longest name of an issuer, a colon, and the longest name in a token. */
    private static final int MAX_SUBJECT_LENGTH = 64 + 1 + VerifiedToken.MAX_NAME_LENGTH;

    private final Tokens tokens;
    private final Keys keys;
    private final Clock clock = Clock.systemUTC();

    /** A request to revoke: one of the first three members; issuer for an issuer other than this host. */
    record RevocationRequest(
            Optional<String> jti,
            Optional<String> subject,
            Optional<String> signingKey,
            Optional<Instant> issuedUntil,
            Optional<String> issuer) {}

    /**
     * The view of a revocation.
     *
     * @param keysCreated of the response to the revocation of a subject: the ids of valid keys that it created; absent if they cannot
     *     be looked up now
     */
    record RevocationView(
            String kind,
            String name,
            Optional<String> issuer,
            Optional<Instant> issuedUntil,
            Optional<Instant> endsAt,
            String revokedBy,
            Optional<Instant> revokedAt,
            Optional<List<String>> keysCreated) {
        static RevocationView of(Revocation revocation) {
            return of(revocation, Optional.empty());
        }

        static RevocationView of(Revocation revocation, Optional<List<String>> keysCreated) {
            return new RevocationView(
                    revocation.kind().name().toLowerCase(Locale.ROOT),
                    revocation.name(),
                    Optional.of(revocation.issuer()).filter(issuer -> !issuer.isEmpty()),
                    revocation.cutOff(),
                    revocation.endsAt(),
                    revocation.by(),
                    revocation.at(),
                    keysCreated);
        }
    }

    RevocationRoutes(Tokens tokens, Keys keys) {
        this.tokens = tokens;
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/admin/revocations", request -> list())
                        .access(KEYS)
                        .summary("The newest revocations")
                        .returns(RevocationView[].class),
                Route.post("/admin/revocations", RevocationRequest.class, this::revoke)
                        .access(KEYS)
                        .summary("Revoke a token, all tokens of a principal, or a signing key")
                        .example(RouteExample.request(Map.of("subject", "nightly")))
                        .returns(201, RevocationView.class),
                Route.get("/admin/signing-keys", request -> Response.json(tokens.keys()))
                        .access(KEYS)
                        .summary("The keys that sign tokens")
                        .returns(Object.class),
                Route.post("/admin/signing-keys/rotate", this::rotate)
                        .access(KEYS)
                        .summary("Rotate the signing key")
                        .returns(Object.class));
    }

    private Response list() {
        return Response.json(
                tokens.revocations(MAX_LISTED).stream().map(RevocationView::of).toList());
    }

    private Response revoke(Request request, RevocationRequest wanted) {
        Requester by = Requester.current(request, PERMISSION);
        Revocation revocation = revocation(wanted, by.actor().id());
        tokens.revoke(revocation, by.actor());
        Optional<List<String>> created =
                revocation.kind() == Kind.SUBJECT ? keys.createdBy(revocation.name()) : Optional.empty();
        return Response.json(RevocationView.of(revocation, created)).status(201).header("cache-control", "no-store");
    }

    private Revocation revocation(RevocationRequest wanted, String by) {
        long named = Stream.of(wanted.jti(), wanted.subject(), wanted.signingKey())
                .flatMap(Optional::stream)
                .count();
        if (named != 1) {
            throw ProblemException.invalid("", "expected: one of jti, subject and signingKey");
        }
        String issuer = wanted.issuer().orElse("");
        if (!issuer.isEmpty() && (wanted.subject().isPresent() || !tokens.isIssuer(issuer))) {
            throw ProblemException.invalid(
                    "/issuer", "expected: the configured name of an issuer; none for a subject, whose id has it");
        }
        if (wanted.issuedUntil().isPresent() && wanted.subject().isEmpty()) {
            throw ProblemException.invalid("/issuedUntil", "expected: with a subject only");
        }
        if (wanted.jti().isPresent()) {
            return Revocation.of(Kind.TOKEN, issuer, name("/jti", wanted.jti().get()), by, clock.instant());
        }
        return wanted.signingKey()
                .map(key -> Revocation.of(Kind.KEY, issuer, name("/signingKey", key), by, clock.instant()))
                .orElseGet(() -> subject(wanted, by));
    }

    private Revocation subject(RevocationRequest wanted, String by) {
        Instant now = clock.instant();
        Instant cutOff = wanted.issuedUntil().orElse(now);
        if (cutOff.isAfter(now)) {
            throw ProblemException.invalid(
                    "/issuedUntil",
                    "is in the future (expected: a time up to now; to lock a principal out, disable it)");
        }
        return Revocation.of(Kind.SUBJECT, "", subjectName(wanted.subject().orElse("")), by, cutOff);
    }

    /** What a token may have as a name, and nothing else, can be revoked by it. */
    private static String name(String pointer, String name) {
        if (!VerifiedToken.isName(name)) {
            throw ProblemException.invalid(
                    pointer,
                    "expected: 1 to " + VerifiedToken.MAX_NAME_LENGTH
                            + " characters, not blank, none a control character");
        }
        return name;
    }

    private static String subjectName(String name) {
        boolean fits =
                name.length() <= MAX_SUBJECT_LENGTH && VerifiedToken.isName(name.substring(name.indexOf(':') + 1));
        if (!fits) {
            throw ProblemException.invalid(
                    "/subject", "expected: the id of a principal; for another issuer <name>:<sub>");
        }
        return name;
    }

    private Response rotate(Request request) {
        tokens.rotate(Requester.current(request, PERMISSION).actor());
        return Response.json(tokens.keys());
    }
}
