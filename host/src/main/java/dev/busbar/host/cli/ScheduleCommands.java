package dev.busbar.host.cli;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code busbar schedules}: what runs at given times. */
final class ScheduleCommands {
    private static final String ROOT = "/schedules";

    private ScheduleCommands() {}

    /** Adds the commands to their group. */
    static CommandLine into(CommandLine group, Console console) {
        return group.addSubcommand(new ListSchedules(console))
                .addSubcommand(new Show(console))
                .addSubcommand(new Create(console))
                .addSubcommand("pause", act("Pause a schedule.", new Act(console, "POST", "/pause")))
                .addSubcommand("resume", act("Resume a schedule.", new Act(console, "POST", "/resume")))
                .addSubcommand("run", act("Run a schedule now, beside its times.", new Act(console, "POST", "/run")))
                .addSubcommand("delete", act("Delete a schedule; its jobs stay.", new Act(console, "DELETE", "")));
    }

    private static CommandLine act(String description, Act act) {
        CommandLine command = new CommandLine(act);
        command.getCommandSpec().usageMessage().description(description);
        return command;
    }

    private static String path(String id) {
        return ROOT + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    /** {@code busbar schedules list}. For one thread. */
    @CommandLine.Command(name = "list", description = "Show the schedules of the caller; of all for an administrator.")
    static final class ListSchedules implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Option(names = "--owner", paramLabel = "ID", description = "Only those of a principal.")
        private @Nullable String owner;

        ListSchedules(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("limit", "500");
            if (owner != null) {
                query.put("owner", owner);
            }
            Tree page = host.api().get(Api.path(ROOT, query), Api.SOON);
            if (host.isJson()) {
                console.print(page.json());
                return Cli.DONE;
            }
            Table table = new Table().row(List.of("ID", "NAME", "OWNER", "TIMES", "STATE", "NEXT"));
            for (Tree each : page.get("items").items()) {
                table.row(List.of(
                        each.text("id"),
                        each.text("name"),
                        each.text("owner"),
                        each.get("cron").text().orElseGet(() -> each.text("interval")) + " " + each.text("zone"),
                        each.text("state"),
                        each.text("nextAt")));
            }
            table.lines().forEach(console::print);
            return Cli.DONE;
        }
    }

    /** {@code busbar schedules show}. For one thread. */
    @CommandLine.Command(
            name = "show",
            description = "Show a schedule: its next times, changes of the clocks, and what became of the last times.")
    static final class Show implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The id of the schedule.")
        private String id = "";

        Show(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Api api = host.api();
            Tree schedule = api.get(path(id), Api.SOON);
            Tree history = api.get(path(id) + "/runs", Api.SOON);
            if (host.isJson()) {
                console.print(schedule.json());
                console.print(history.json());
                return Cli.DONE;
            }
            Table facts = new Table();
            for (String name :
                    List.of("id", "name", "owner", "state", "reason", "cron", "interval", "zone", "missed")) {
                schedule.get(name).text().ifPresent(value -> facts.row(List.of(name, value)));
            }
            facts.lines().forEach(console::print);
            Table times = new Table().row(List.of("NEXT", "NOTE"));
            schedule.get("nextRuns").items().forEach(next -> times.row(List.of(next.text("local"), next.text("note"))));
            schedule.get("clockChanges")
                    .items()
                    .forEach(change -> times.row(List.of(change.text("at"), "clocks: " + change.text("effect"))));
            times.lines().forEach(console::print);
            Table runs = new Table().row(List.of("AT", "OUTCOME", "TIMES", "JOB", "DETAIL"));
            history.get("items")
                    .items()
                    .forEach(run -> runs.row(List.of(
                            run.text("at"),
                            run.text("outcome"),
                            run.text("times"),
                            run.text("job"),
                            run.text("detail"))));
            runs.lines().forEach(console::print);
            return Cli.DONE;
        }
    }

    /** {@code busbar schedules create}. For one thread. */
    @CommandLine.Command(
            name = "create",
            description = "Create a schedule from a file of JSON, as POST /schedules takes it.")
    static final class Create implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "FILE", description = "The file.")
        private Path file = Path.of("");

        Create(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException, IOException {
            byte[] json = Files.readAllBytes(console.directory().resolve(file));
            Tree created = host.api().send("POST", ROOT, json, Api.SOON);
            console.print(host.isJson() ? created.json() : created.text("id"));
            return Cli.DONE;
        }
    }

    /** A command that does one thing to a schedule. For one thread. */
    @CommandLine.Command
    static final class Act implements Callable<Integer> {
        private final Console console;
        private final String method;
        private final String suffix;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The id of the schedule.")
        private String id = "";

        Act(Console console, String method, String suffix) {
            this.console = console;
            this.method = method;
            this.suffix = suffix;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree result = host.api().send(method, path(id) + suffix, new byte[0], Api.SOON);
            if (host.isJson()) {
                console.print(result.json());
            } else if (result.get("job").isThere()) {
                console.print("job " + Plain.text(result.text("job")));
            } else if (result.get("state").isThere()) {
                console.print(Plain.text(result.text("state")));
            }
            return Cli.DONE;
        }
    }
}
