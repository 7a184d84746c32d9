package dev.busbar.host.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands that talk to a running host, and the help on all of them. For one thread.
 */
final class CommandLine {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private static final String COMMON =
            "  each of them: [--url=URL | --data=DIR] [--json] [--insecure], and the key in BUSBAR_KEY or <data>/admin.key";

    private final List<Command> commands;
    private final Map<String, String> environment;
    private final Path directory;
    private final PrintStream out;
    private final PrintStream errors;

    CommandLine(
            List<Command> commands,
            Map<String, String> environment,
            Path directory,
            PrintStream out,
            PrintStream errors) {
        this.commands = List.copyOf(commands);
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.out = out;
        this.errors = errors;
    }

    /** All that there are. */
    static List<Command> all() {
        return List.of(AuditTail.command(CommandLine::aSecond), AuditVerify.command(), Roles.list(), Roles.matrix());
    }

    private static boolean aSecond() throws InterruptedException {
        Thread.sleep(1_000);
        return true;
    }

    /** Runs the command that is named; answers the exit code. */
    int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            help(errors);
            return USAGE;
        }
        if (isHelp(arguments.get(0))) {
            help(out);
            return DONE;
        }
        Optional<Command> found = find(arguments);
        if (found.isEmpty()) {
            errors.println("there is no command \"" + Plain.text(String.join(" ", words(arguments)), 60) + "\"");
            help(errors);
            return USAGE;
        }
        List<String> behind = arguments.subList(found.get().name().split(" ").length, arguments.size());
        if (behind.stream().anyMatch(CommandLine::isHelp)) {
            help(found.get(), out);
            return DONE;
        }
        return run(found.get(), behind);
    }

    private int run(Command command, List<String> behind) {
        try {
            Options options = Options.parse(behind, command.allValues(), command.allFlags());
            return command.action().run(new Call(options, environment, directory, out, errors));
        } catch (UsageException e) {
            errors.println(e.getMessage());
            help(command, errors);
            return USAGE;
        } catch (FailedException e) {
            errors.println(e.getMessage());
            return FAILED;
        } catch (IOException e) {
            errors.println("failed: " + Plain.text(e.toString(), 200));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private Optional<Command> find(List<String> arguments) {
        return commands.stream()
                .filter(command -> {
                    List<String> name = List.of(command.name().split(" "));
                    return arguments.size() >= name.size()
                            && arguments.subList(0, name.size()).equals(name);
                })
                .findFirst();
    }

    /** What of it can be the name of a command; options may hold secrets. */
    private static List<String> words(List<String> arguments) {
        return arguments.stream()
                .takeWhile(argument -> !argument.startsWith("-"))
                .limit(2)
                .toList();
    }

    private static boolean isHelp(String argument) {
        return argument.equals("help") || argument.equals("--help") || argument.equals("-h");
    }

    private static void help(Command command, PrintStream to) {
        to.println("usage: " + command.usage());
        to.println("  " + command.summary());
        to.println(COMMON);
    }

    private void help(PrintStream to) {
        to.println("usage: busbar serve [--section.key=value ...]");
        to.println("  Run a host until it is told to stop");
        for (Command command : commands) {
            to.println("       " + command.usage());
            to.println("  " + command.summary());
        }
        to.println(COMMON);
        SigningCommand.help(to);
    }
}
