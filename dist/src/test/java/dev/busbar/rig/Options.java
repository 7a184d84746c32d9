package dev.busbar.rig;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command line of a measurement or a drill: {@code --name=value}, each with a default. Immutable. */
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
     * Reads a command line; ends the process when it is not understood.
     *
     * @param program what a person typed before the arguments
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

    /** How to run the same again. */
    public String command() {
        return (program + " " + String.join(" ", given)).strip();
    }

    /** The value of an option. */
    public String text(String key) {
        return values.get(key);
    }

    /** An option that is a number. */
    public int number(String key) {
        return Integer.parseInt(text(key));
    }

    /** An option that is true or false. */
    public boolean flag(String key) {
        return Boolean.parseBoolean(text(key));
    }
}
