package dev.busbar.core.configuration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolver of references in the configuration of a platform, for secrets that are not to be stored: <code>${env:NAME}</code>
 * is replaced by the value of the variable, <code>${file:/path}</code> by the content of the file without its last line
 * end; <code>$${</code> stands for <code>${</code> itself. A replacement is not resolved again. What belongs to the host is
 * refused: variables whose name begins with {@code BUSBAR_}, and files in its data directory. Immutable.
 */
public final class ConfigurationReferences {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final String OF_HOST = "BUSBAR_";
    private static final long MAX_FILE_BYTES = 1 << 16;

    private final Map<String, String> variables;
    private final Optional<Path> data;

    /**
     * A resolver.
     *
     * @param variables the environment of the process
     * @param data the data directory of the host, whose files are refused; empty in a test
     */
    public ConfigurationReferences(Map<String, String> variables, Optional<Path> data) {
        this.variables = Map.copyOf(variables);
        this.data = data;
    }

    /** Returns whether a text has a reference. */
    static boolean isIn(String text) {
        return text.contains("${env:") || text.contains("${file:");
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
        throw new IllegalArgumentException(
                matcher.group() + " (expected: ${file:/path} or ${env:NAME}; $${ for a plain ${)");
    }

    private String variable(String name) {
        if (name.startsWith(OF_HOST)) {
            throw new IllegalArgumentException("${env:" + name + "} (expected: a variable that is not the host's own)");
        }
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("${env:" + name + "} (expected: the variable " + name
                    + " to be set in the environment of the host)");
        }
        return value;
    }

    private String file(String name) {
        String reference = "${file:" + name + "}";
        try {
            Path path = Path.of(name);
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException(reference + " (expected: an absolute path)");
            }
            if (!Files.isRegularFile(path) || Files.size(path) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException(reference + " (expected: a file of at most " + MAX_FILE_BYTES
                        + " bytes that the host can read)");
            }
            if (isOfHost(path)) {
                throw new IllegalArgumentException(reference + " (expected: a file outside the host's data directory)");
            }
            return Files.readString(path, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    reference + " (expected: a text file that the host can read): "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    /** Links are followed. */
    private boolean isOfHost(Path path) throws IOException {
        return data.isPresent()
                && Files.isDirectory(data.get())
                && path.toRealPath().startsWith(data.get().toRealPath());
    }
}
