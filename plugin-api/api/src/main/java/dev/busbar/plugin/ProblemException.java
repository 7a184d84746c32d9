package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An error that is meant for the client, sent as {@code application/problem+json} (RFC 9457). Its detail is shown to the
 * client as it stands, so it names no internals. Has no stack trace: it is a response, not a fault. A problem whose name is
 * one of the host's own, such as {@code not-found}, should have the status and title of that.
 */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,60}");

    private static final Set<String> STANDARD_MEMBERS =
            new TreeSet<>(List.of("type", "title", "status", "detail", "instance", "correlationId", "errors"));

    private final transient Problem problem;

    /**
     * A member of the input that does not fit. Immutable.
     */
    public static final class Violation {
        private final String pointer;
        private final String detail;

        private Violation(String pointer, String detail) {
            this.pointer = pointer;
            this.detail = detail;
        }

        /** A violation. */
        public static Violation of(String pointer, String detail) {
            return new Violation(requireNonNull(pointer, "pointer"), requireNonNull(detail, "detail"));
        }

        /** A JSON pointer into the body (RFC 6901), or the {@linkplain Parameter#pointer() place} of a parameter. */
        public String pointer() {
            return pointer;
        }

        /** What was expected. */
        public String detail() {
            return detail;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Violation that && pointer.equals(that.pointer) && detail.equals(that.detail);
        }

        @Override
        public int hashCode() {
            return Objects.hash(pointer, detail);
        }

        @Override
        public String toString() {
            return "Violation[" + pointer + ", " + detail + "]";
        }
    }

    private record Problem(
            int status,
            String name,
            String title,
            List<Violation> violations,
            Map<String, String> members,
            Map<String, List<String>> lists,
            Map<String, String> headers) {
        Problem violating(List<Violation> all) {
            return new Problem(status, name, title, List.copyOf(all), members, lists, headers);
        }

        Problem with(Map<String, String> all) {
            return new Problem(status, name, title, violations, all, lists, headers);
        }

        Problem withLists(Map<String, List<String>> all) {
            return new Problem(status, name, title, violations, members, all, headers);
        }

        Problem withHeaders(Map<String, String> all) {
            return new Problem(status, name, title, violations, members, lists, all);
        }
    }

    private ProblemException(Problem problem, String detail) {
        super(detail, null, false, false);
        this.problem = problem;
    }

    /**
     * A problem of any kind.
     *
     * @param status 400 to 599
     * @param name the last part of the type {@code urn:busbar:problem:<name>}; lower case words joined by hyphens
     * @param title the kind of problem in a few words, the same each time
     * @param detail what is wrong this time, and what to do
     * @throws IllegalArgumentException when status or name do not fit
     */
    public static ProblemException of(int status, String name, String title, String detail) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("problem status: " + status + " (expected: 400 to 599)");
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("problem name: \"" + name + "\" (expected: " + NAME.pattern() + ")");
        }
        return new ProblemException(
                new Problem(status, name, requireNonNull(title, "title"), List.of(), Map.of(), Map.of(), Map.of()),
                requireNonNull(detail, "detail"));
    }

    /** 400: the request cannot be understood. */
    public static ProblemException badRequest(String detail) {
        return of(400, "bad-request", "Bad request", detail);
    }

    /** 404: there is no such thing. */
    public static ProblemException notFound(String detail) {
        return of(404, "not-found", "Not found", detail);
    }

    /** 409: the state of things does not allow it. */
    public static ProblemException conflict(String detail) {
        return of(409, "conflict", "Conflict", detail);
    }

    /**
     * 422: the request is well-formed, but some values are invalid.
     *
     * @param detail the text of the problem
     * @param violations one for each invalid value
     */
    public static ProblemException invalid(String detail, List<Violation> violations) {
        ProblemException base = of(422, "validation-failed", "Validation failed", detail);
        return new ProblemException(base.problem.violating(violations), detail);
    }

    /**
     * 422 for one invalid value.
     *
     * @param pointer the place of the value, as {@link Violation#pointer}
     * @param detail the text of the violation, and of the problem
     */
    public static ProblemException invalid(String pointer, String detail) {
        return invalid(detail, List.of(Violation.of(pointer, detail)));
    }

    /**
     * The same with one more member in the problem document, such as {@code requiredPermission}.
     *
     * @throws IllegalArgumentException when it is one of the members that every problem has, or there is an array of its
     *     name
     */
    public ProblemException with(String member, String value) {
        requireFree(member);
        if (problem.lists().containsKey(member)) {
            throw new IllegalArgumentException(
                    "problem member: \"" + member + "\" (expected: a name that is not already an array)");
        }
        requireNonNull(value, "value");
        Map<String, String> members = new LinkedHashMap<>(problem.members());
        members.put(member, value);
        return new ProblemException(problem.with(members), detail());
    }

    /**
     * The same with one more member that is an array of strings, such as {@code violated-policies}.
     *
     * @throws IllegalArgumentException when it is one of the members that every problem has, or there is a text of its
     *     name
     */
    public ProblemException with(String member, List<String> values) {
        requireFree(member);
        if (problem.members().containsKey(member)) {
            throw new IllegalArgumentException(
                    "problem member: \"" + member + "\" (expected: a name that is not already a string)");
        }
        Map<String, List<String>> lists = new LinkedHashMap<>(problem.lists());
        lists.put(member, List.copyOf(values));
        return new ProblemException(problem.withLists(lists), detail());
    }

    private static void requireFree(String member) {
        if (STANDARD_MEMBERS.contains(member)) {
            throw new IllegalArgumentException(
                    "problem member: \"" + member + "\" (expected: none of " + STANDARD_MEMBERS + ")");
        }
    }

    /**
     * The same with one more header in the response, such as {@code Retry-After}.
     *
     * @throws IllegalArgumentException as {@link Response#header}
     */
    public ProblemException withHeader(String name, String value) {
        HttpSyntax.checkHeader(name, value);
        Map<String, String> headers = new LinkedHashMap<>(problem.headers());
        headers.put(name, value);
        return new ProblemException(problem.withHeaders(headers), detail());
    }

    /** The status code. */
    public int status() {
        return problem.status();
    }

    /** The last part of the problem's type. */
    public String name() {
        return problem.name();
    }

    /** The kind of problem in a few words. */
    public String title() {
        return problem.title();
    }

    /** What is wrong this time. */
    public String detail() {
        return requireNonNull(getMessage(), "detail");
    }

    /** What is wrong with which member; empty unless it is about members. */
    public List<Violation> violations() {
        return problem.violations();
    }

    /** Further members of the problem document, in order. */
    public Map<String, String> members() {
        return problem.members();
    }

    /** Further members that are arrays of strings, in order; behind the others. */
    public Map<String, List<String>> lists() {
        return problem.lists();
    }

    /** Further headers of the response. */
    public Map<String, String> headers() {
        return problem.headers();
    }
}
