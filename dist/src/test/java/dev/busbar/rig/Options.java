package dev.busbar.rig;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Command-line options of a benchmark or a drill: {@code --name=value}, each with a default. Immutable. */
public final class Options {
    private static final int USAGE = 2;

    private final String program;
    private final Map<String, String> values;
    private final List<String> given;

    private Options(String program, Map<String, String> values, List<String> given) {
        this.program = program;
        this.values = values;
        this.given = given;
    }

    /**
     * Parses a command line; exits the process if it is invalid.
     *
     * @param program the command before the arguments
     */
    public static Options parse(String program, Map<String, String> defaults, String[] arguments) {
        Map<String, String> values = new TreeMap<>(defaults);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = argument.startsWith("--") && equals > 0 ? argument.substring(2, equals) : "";
            if (values.replace(key, argument.substring(equals + 1)) == null) {
                System.err.println(program + ": \"" + argument + "\" (expected: any of "
                        + defaults.entrySet().stream()
                                .map(each -> "--" + each.getKey() + "=" + each.getValue())
                                .toList()
                        + ")");
                System.exit(USAGE);
            }
        }
        return new Options(program, values, List.of(arguments));
    }

    /** The command to repeat the run. */
    public String command() {
        return (program + " " + String.join(" ", given)).strip();
    }

    /** The value of an option. */
    public String text(String key) {
        return values.get(key);
    }

    /** The value of a numeric option. */
    public int number(String key) {
        return Integer.parseInt(text(key));
    }

    /** The value of a boolean option. */
    public boolean flag(String key) {
        return Boolean.parseBoolean(text(key));
    }
}
