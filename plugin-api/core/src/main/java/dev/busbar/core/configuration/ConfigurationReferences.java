package dev.busbar.core.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolver of references in the configuration of a platform, for secrets that are not to be stored: <code>${env:NAME}</code>
 * is replaced by the value of the variable, <code>${file:/path}</code> by the content of the file without its last line
 * end; <code>$${env:</code> and <code>$${file:</code> stand for these texts with one dollar sign. Any other text is left as
 * it is. A replacement is not resolved again. What belongs to the host is refused: variables whose name begins with
 * {@code BUSBAR_}, files in its data directory, and what the system shows of the process below {@code /proc}. Immutable.
 */
public final class ConfigurationReferences {
    private static final Pattern REFERENCE = Pattern.compile("\\$?\\$\\{(env|file):(?:([^}]*)})?");
    private static final String OF_HOST = "BUSBAR_";
    private static final int MAX_FILE_BYTES = 1 << 16;
    private static final List<Path> OF_SYSTEM = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

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
            String replacement =
                    matcher.group().startsWith("$$") ? matcher.group().substring(1) : dereference(matcher);
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(resolved).toString();
    }

    private String dereference(Matcher matcher) {
        String name = matcher.group(2);
        if (name == null) {
            String start = matcher.group();
            throw new IllegalArgumentException(
                    start + " (expected: ${file:/path} or ${env:NAME}; $" + start + " for a plain " + start + ")");
        }
        return matcher.group(1).equals("file") ? file(name) : variable(name);
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
            if (!Files.isRegularFile(path)) {
                throw tooLargeOrNone(reference);
            }
            Path real = path.toRealPath();
            if (OF_SYSTEM.stream().anyMatch(real::startsWith)) {
                throw new IllegalArgumentException(reference + " (expected: a file outside /proc, /sys and /dev)");
            }
            if (isOfHost(real)) {
                throw new IllegalArgumentException(reference + " (expected: a file outside the host's data directory)");
            }
            return read(real, reference).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    reference + " (expected: a text file that the host can read): "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    /** Reads no more than a file may have, whatever size the system reports. */
    private static String read(Path file, String reference) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw tooLargeOrNone(reference);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    private static IllegalArgumentException tooLargeOrNone(String reference) {
        return new IllegalArgumentException(
                reference + " (expected: a file of at most " + MAX_FILE_BYTES + " bytes that the host can read)");
    }

    private boolean isOfHost(Path real) throws IOException {
        return data.isPresent()
                && Files.isDirectory(data.get())
                && real.startsWith(data.get().toRealPath());
    }
}
