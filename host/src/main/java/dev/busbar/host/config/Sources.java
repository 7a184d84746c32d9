package dev.busbar.host.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Sources of the configuration. Immutable.
 *
 * @param environment the variables of the process
 * @param arguments the command line behind the command: {@code --section.key=value}
 * @param directory the working directory; the home too, unless {@code BUSBAR_HOME} or {@code --home} names another
 */
public record Sources(Map<String, String> environment, List<String> arguments, Path directory) {
    /** Copies its arguments. */
    public Sources {
        environment = Map.copyOf(environment);
        arguments = List.copyOf(arguments);
    }

    /** The sources of this process. */
    public static Sources system(List<String> arguments) {
        return new Sources(System.getenv(), arguments, Path.of(""));
    }
}
