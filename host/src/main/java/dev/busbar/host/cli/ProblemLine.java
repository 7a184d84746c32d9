package dev.busbar.host.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Renders a problem document of the host on one line. Stateless. */
final class ProblemLine {
    private static final int MAX_LENGTH = 500;
    private static final int MAX_ERRORS = 5;

    private ProblemLine() {}

    /** Title and detail, the violations, and the correlation id. */
    static String of(String url, int status, byte[] body) {
        Tree problem;
        try {
            problem = Tree.parse(body);
        } catch (FailedException e) {
            return noProblem(url, status);
        }
        if (problem.text("title").isEmpty()) {
            return noProblem(url, status);
        }
        StringBuilder line = new StringBuilder(Plain.text(problem.text("title"), MAX_LENGTH));
        append(line, ": ", problem.text("detail"));
        List<Tree> errors = problem.get("errors").items();
        if (!errors.isEmpty()) {
            line.append(errors.stream()
                    .limit(MAX_ERRORS)
                    .map(error -> Plain.text(error.text("pointer") + " " + error.text("detail"), MAX_LENGTH))
                    .collect(Collectors.joining("; ", " [", errors.size() > MAX_ERRORS ? "; …]" : "]")));
        }
        line.append(" (").append(status);
        append(line, ", needs ", problem.text("requiredPermission"));
        append(line, ", correlation id ", problem.text("correlationId"));
        return line.append(')').toString();
    }

    private static void append(StringBuilder line, String before, String text) {
        if (!text.isEmpty()) {
            line.append(before).append(Plain.text(text, MAX_LENGTH));
        }
    }

    private static String noProblem(String url, int status) {
        return url + " answered " + status + " without saying why: is that a Busbar?";
    }
}
