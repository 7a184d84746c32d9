package dev.busbar.host.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolver of references to secrets: <code>${file:/path}</code> is replaced by the content of the file without its last
 * line end, <code>${env:NAME}</code> by the value of the variable; <code>$${</code> stands for <code>${</code> itself. A
 * replacement is not resolved again. Immutable.
 */
final class Secrets {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final Path home;
    private final Map<String, String> variables;

    /**
     * Resolver for a process.
     *
     * @param home where a relative path starts
     */
    Secrets(Path home, Map<String, String> variables) {
        this.home = home;
        this.variables = Map.copyOf(variables);
    }

    /** @throws IllegalArgumentException with the expectation, when a reference cannot be resolved */
    String resolve(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String replacement = matcher.group().equals("$${") ? "${" : dereference(matcher);
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(resolved).toString();
    }

    private String dereference(Matcher matcher) {
        String reference = matcher.group(1);
        boolean closed = !matcher.group(2).isEmpty();
        if (closed && reference.startsWith("file:")) {
            return file(reference.substring("file:".length()));
        }
        if (closed && reference.startsWith("env:")) {
            return variable(reference.substring("env:".length()));
        }
        throw new IllegalArgumentException("${file:/path} or ${env:NAME}; write $${ for a plain ${");
    }

    private String file(String path) {
        try {
            Path file = home.resolve(path);
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("a file of at most " + MAX_FILE_BYTES + " bytes at " + file);
            }
            return VariablesFile.withoutMark(Files.readString(file, StandardCharsets.UTF_8))
                    .replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("a readable file at " + path + "; " + e, e);
        }
    }

    private String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the variable " + name + " to be set");
        }
        return value;
    }
}
