package dev.busbar.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command line of a measurement: {@code --name=value}, each with a default. Immutable. */
final class Options {
    private static final int USAGE = 2;

    private final String name;
    private final Map<String, String> values;
    private final List<String> given;

    private Options(String name, Map<String, String> values, List<String> given) {
        this.name = name;
        this.values = values;
        this.given = given;
    }

    /** Reads a command line; ends the process when it is not understood. */
    static Options parse(String name, Map<String, String> defaults, String[] arguments) {
        Map<String, String> values = new TreeMap<>(defaults);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = argument.startsWith("--") && equals > 0 ? argument.substring(2, equals) : "";
            if (values.replace(key, argument.substring(equals + 1)) == null) {
                System.err.println("scripts/bench " + name + ": \"" + argument + "\" (expected: any of "
                        + defaults.entrySet().stream()
                                .map(each -> "--" + each.getKey() + "=" + each.getValue())
                                .toList()
                        + ")");
                System.exit(USAGE);
            }
        }
        return new Options(name, values, List.of(arguments));
    }

    /** How to run the same again. */
    String command() {
        return ("scripts/bench " + name + " " + String.join(" ", given)).strip();
    }

    String text(String key) {
        return values.get(key);
    }

    int number(String key) {
        return Integer.parseInt(text(key));
    }

    boolean flag(String key) {
        return Boolean.parseBoolean(text(key));
    }
}
