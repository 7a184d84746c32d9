package dev.busbar.host.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Shows a refusal of the host on one line. Stateless. */
final class Problems {
    private static final int LONG = 500;
    private static final int MOST_ERRORS = 5;

    private Problems() {}

    /** Title and detail, what exactly does not fit, and under which name the host's log has it. */
    static String line(String url, int status, byte[] body) {
        Tree problem;
        try {
            problem = Tree.parse(body);
        } catch (FailedException e) {
            return noProblem(url, status);
        }
        if (problem.text("title").isEmpty()) {
            return noProblem(url, status);
        }
        StringBuilder line = new StringBuilder(Plain.text(problem.text("title"), LONG));
        append(line, ": ", problem.text("detail"));
        List<Tree> errors = problem.get("errors").items();
        if (!errors.isEmpty()) {
            line.append(errors.stream()
                    .limit(MOST_ERRORS)
                    .map(error -> Plain.text(error.text("pointer") + " " + error.text("detail"), LONG))
                    .collect(Collectors.joining("; ", " [", errors.size() > MOST_ERRORS ? "; …]" : "]")));
        }
        line.append(" (").append(status);
        append(line, ", needs ", problem.text("requiredPermission"));
        append(line, ", correlation id ", problem.text("correlationId"));
        return line.append(')').toString();
    }

    private static void append(StringBuilder line, String before, String text) {
        if (!text.isEmpty()) {
            line.append(before).append(Plain.text(text, LONG));
        }
    }

    private static String noProblem(String url, int status) {
        return url + " answered " + status + " without saying why: is that a Busbar?";
    }
}
