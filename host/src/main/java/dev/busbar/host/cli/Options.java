package dev.busbar.host.cli;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What stands behind a command: {@code --name=value}, and flags without a value. Immutable. */
final class Options {
    private final Map<String, String> values;
    private final Set<String> flags;

    private Options(Map<String, String> values, Set<String> flags) {
        this.values = Map.copyOf(values);
        this.flags = Set.copyOf(flags);
    }

    /**
     * Reads them.
     *
     * @param valued the names that need a value
     * @param bare the names that have none
     * @throws UsageException with the first that does not fit; a value is not repeated, it may be a secret
     */
    static Options parse(List<String> arguments, Set<String> valued, Set<String> bare) throws UsageException {
        Map<String, String> values = new HashMap<>();
        Set<String> flags = new HashSet<>();
        for (String argument : arguments) {
            if (!argument.startsWith("--")) {
                throw new UsageException("\"" + Plain.text(argument, 40) + "\" is not understood");
            }
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
            String shown = "--" + Plain.text(name, 40);
            if (!valued.contains(name) && !bare.contains(name)) {
                throw new UsageException("there is no option " + shown);
            }
            if (valued.contains(name) != equals > 0) {
                throw new UsageException(
                        equals > 0 ? shown + " takes no value" : shown + " needs a value: " + shown + "=…");
            }
            if (equals > 0 ? values.put(name, argument.substring(equals + 1)) != null : !flags.add(name)) {
                throw new UsageException(shown + " is given twice");
            }
        }
        return new Options(values, flags);
    }

    /** The value of an option. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Whether a flag is given. */
    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** A whole number between 1 and a highest one. */
    int number(String name, int otherwise, int highest) throws UsageException {
        String text = values.getOrDefault(name, String.valueOf(otherwise));
        if (text.matches("[1-9]\\d{0,8}") && Integer.parseInt(text) <= highest) {
            return Integer.parseInt(text);
        }
        throw new UsageException("--" + name + ": it is none (expected: 1 to " + highest + ")");
    }
}
