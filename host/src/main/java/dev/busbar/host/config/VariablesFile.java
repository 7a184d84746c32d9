package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reader of a {@code .env} file: lines of {@code NAME=value}, the value bare or in quotes, {@code export} allowed before it;
 * empty lines and lines that start with {@code #} are ignored. Values are literal, without expansion.
 * Stateless.
 */
final class VariablesFile {
    private static final Pattern LINE = Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"|'([^']*)'");

    private VariablesFile() {}

    /** The variables of a file by name; none when there is no such file. */
    static Map<String, Setting> read(Path file, Consumer<Fault> faults) {
        Map<String, Setting> variables = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return variables;
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            for (int n = 0; n < lines.size(); n++) {
                String line = n == 0 ? withoutMark(lines.get(n)) : lines.get(n);
                readLine(line.strip(), file + ":" + (n + 1), variables, faults);
            }
        } catch (IOException e) {
            faults.accept(new Fault(file.toString(), "", null, "a readable file of NAME=value lines; " + e));
        }
        return variables;
    }

    private static void readLine(String line, String source, Map<String, Setting> variables, Consumer<Fault> faults) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
            String name = matcher.group(1);
            variables.put(name, new Setting(name, source, unquote(matcher.group(2))));
        } else {
            faults.accept(new Fault(source, "", null, "NAME=value"));
        }
    }

    /** A text without the byte order mark that some editors put before it. */
    static String withoutMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static String unquote(String value) {
        Matcher quoted = QUOTED.matcher(value);
        return quoted.matches() ? value.substring(1, value.length() - 1) : value;
    }
}
