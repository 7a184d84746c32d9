package dev.busbar.host.cli;

import dev.busbar.core.ApiVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tree of all commands, and the mapping of an outcome to an exit code: 0 done, 1 refused or failed, 2 usage, 3 an audit
 * trail that is not intact. An error is reported on standard error without a stack trace and without the value of an option, which may be a secret. For
 * one thread.
 */
final class Cli {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NOT_INTACT = 3;

    private static final int SHOWN = 60;

    private Cli() {}

    /** {@code busbar completion}: a script that completes commands and options in bash and zsh. */
    @CommandLine.Command(
            name = "completion",
            description = {"Print a completion script for bash and zsh.", "Load it with: source <(busbar completion)"})
    private static final class Completion implements Runnable {
        private final Console console;
        private final CommandLine root;

        Completion(Console console, CommandLine root) {
            this.console = console;
            this.root = root;
        }

        @Override
        public void run() {
            console.print(AutoComplete.bash("busbar", root));
        }
    }

    /** All commands, as the process runs them. */
    static CommandLine of(Console console, Serve serve) {
        return of(console, serve, Cli::waitASecond);
    }

    /**
     * All commands.
     *
     * @param serve what {@code busbar serve} does
     * @param pause waits between two requests of {@code busbar audit tail --follow}
     */
    static CommandLine of(Console console, Serve serve, AuditTail.Pause pause) {
        CommandLine root = new CommandLine(group("busbar", "Runs a Busbar host, or talks to one that is running.")
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build())
                .version(version()));
        root.addSubcommand(serve)
                .addSubcommand(new CommandLine(group("audit", "Read and verify the audit trail."))
                        .addSubcommand(new AuditTail(console, pause))
                        .addSubcommand(new AuditVerify(console)))
                .addSubcommand(new CommandLine(group("backup", "Back up a host, and restore one that is stopped."))
                        .addSubcommand(new BackupCommands.Create(console, pause))
                        .addSubcommand(new BackupCommands.ListBackups(console))
                        .addSubcommand(new RecoveryCommands.Verify(console))
                        .addSubcommand(new RecoveryCommands.RestoreBackup(console))
                        .addSubcommand(new BackupCommands.Keygen(console)))
                .addSubcommand(new CommandLine(group("keys", "Show, make and end API keys."))
                        .addSubcommand(new KeyCommands.ListKeys(console))
                        .addSubcommand(new KeyCommands.Create(console))
                        .addSubcommand(new KeyCommands.Rotate(console))
                        .addSubcommand(new KeyCommands.Revoke(console)))
                .addSubcommand(new CommandLine(group("principals", "Show, make, disable and delete principals."))
                        .addSubcommand(new PrincipalCommands.ListPrincipals(console))
                        .addSubcommand(new PrincipalCommands.Create(console))
                        .addSubcommand(new PrincipalCommands.Disable(console))
                        .addSubcommand(new PrincipalCommands.Enable(console))
                        .addSubcommand(new PrincipalCommands.Delete(console)))
                .addSubcommand(new CommandLine(group("store", "Copy the store of a host that is stopped."))
                        .addSubcommand(new RecoveryCommands.Migrate(console)))
                .addSubcommand(new CommandLine(group("documents", "Export and import the state of platforms."))
                        .addSubcommand(new StateCommands.Export(console))
                        .addSubcommand(new StateCommands.Import(console)))
                .addSubcommand(new CommandLine(group("plugins", "Sign and remove plugins."))
                        .addSubcommand(new StateCommands.Remove(console))
                        .addSubcommand(new Signing.Keygen(console))
                        .addSubcommand(new Signing.Sign(console)))
                .addSubcommand(new CommandLine(group("roles", "Show roles and what they permit."))
                        .addSubcommand(new RoleCommands.ListRoles(console))
                        .addSubcommand(new RoleCommands.Matrix(console)))
                .addSubcommand(JobCommands.into(
                        new CommandLine(group("jobs", "Show, cancel and retry jobs.")), console, pause))
                .addSubcommand(ScheduleCommands.into(
                        new CommandLine(group("schedules", "Show, create and control schedules.")), console))
                .addSubcommand(new Completion(console, root))
                .addSubcommand(new CommandLine.HelpCommand());
        everywhere(root);
        return root.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.errors(), true, StandardCharsets.UTF_8))
                .setPosixClusteredShortOptionsAllowed(false)
                .setExpandAtFiles(false) // a file of arguments may contain secrets
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((e, arguments) -> notUnderstood(e))
                .setExecutionExceptionHandler((e, line, parsed) -> failed(e, console));
    }

    private static CommandSpec group(String name, String description) {
        CommandSpec group = CommandSpec.create().name(name);
        group.usageMessage().description(description).synopsisSubcommandLabel("COMMAND");
        return group;
    }

    private static void everywhere(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        if (!(spec.userObject() instanceof CommandLine.HelpCommand)) {
            spec.addOption(OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this help.")
                    .build());
        }
        spec.usageMessage()
                .synopsisHeading("usage: ")
                .commandListHeading("%ncommands:%n")
                .optionListHeading("%noptions:%n");
        command.getSubcommands().values().forEach(Cli::everywhere);
    }

    private static String version() {
        String packaged = Cli.class.getPackage().getImplementationVersion();
        return "busbar " + (packaged == null ? "unpackaged" : packaged) + " (plugin API " + ApiVersion.CURRENT
                + ", Java " + Runtime.version() + ")";
    }

    private static boolean waitASecond() throws InterruptedException {
        Thread.sleep(1_000);
        return true;
    }

    private static int notUnderstood(ParameterException e) {
        CommandLine command = e.getCommandLine();
        PrintWriter errors = command.getErr();
        errors.println(message(e));
        if (command.getSubcommands().isEmpty()) {
            errors.print(command.getHelp().synopsisHeading());
            errors.print(command.getHelp().synopsis(command.getHelp().synopsisHeadingLength()));
            errors.println("see: " + command.getCommandSpec().qualifiedName() + " --help");
        } else {
            command.usage(errors);
        }
        errors.flush();
        return USAGE;
    }

    private static String message(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return Plain.text(String.valueOf(e.getMessage()), 300);
        }
        String first = unmatched.getUnmatched().get(0);
        int equals = first.indexOf('=');
        String name = '"' + Plain.text(equals > 0 ? first.substring(0, equals) : first, SHOWN) + '"';
        String what = unmatched.isUnknownOption() ? "option " : command(e) ? "command " : "argument ";
        String meant = unmatched.getSuggestions().stream().limit(3).collect(Collectors.joining(", "));
        return "unknown " + what + name + (meant.isEmpty() ? "" : " (did you mean: " + meant + "?)");
    }

    private static boolean command(ParameterException e) {
        return !e.getCommandLine().getSubcommands().isEmpty();
    }

    private static int failed(Exception e, Console console) throws Exception {
        Optional<String> reason = reason(e);
        if (reason.isEmpty()) {
            throw e;
        }
        console.errors().println(reason.get());
        return FAILED;
    }

    /** The one-line message of a failure that is not a fault of the program. */
    private static Optional<String> reason(Exception e) {
        if (e instanceof FileAlreadyExistsException exists) {
            return Optional.of(Plain.text(exists.getFile()) + " exists; nothing is overwritten");
        }
        if (e instanceof NoSuchFileException missing) {
            return Optional.of(Plain.text(missing.getFile()) + " does not exist");
        }
        if (e instanceof IOException) {
            boolean hasMessage = e.getClass() == IOException.class && e.getMessage() != null;
            return Optional.of(Plain.text(hasMessage ? String.valueOf(e.getMessage()) : "failed: " + e, 300));
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        return e instanceof FailedException ? Optional.of(String.valueOf(e.getMessage())) : Optional.empty();
    }

    /** The names of all executable commands, such as {@code audit tail}. */
    static List<String> names(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? List.of(command.getCommandSpec().qualifiedName())
                : command.getSubcommands().values().stream()
                        .flatMap(each -> names(each).stream())
                        .toList();
    }
}
