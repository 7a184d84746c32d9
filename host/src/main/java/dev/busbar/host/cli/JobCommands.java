package dev.busbar.host.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code busbar jobs}: the jobs of platforms. */
final class JobCommands {
    private static final String ROOT = "/jobs";
    private static final Set<String> OPEN = Set.of("queued", "running");

    private JobCommands() {}

    /**
     * Adds the commands to their group.
     *
     * @param pause waits between two requests of {@code busbar jobs watch}
     */
    static CommandLine into(CommandLine group, Console console, AuditTail.Pause pause) {
        return group.addSubcommand(new ListJobs(console))
                .addSubcommand(new Show(console))
                .addSubcommand(new Watch(console, pause))
                .addSubcommand("cancel", act("Cancel a job.", new Act(console, "DELETE", "")))
                .addSubcommand("retry", act("Run a failed job again.", new Act(console, "POST", "/retry")));
    }

    private static CommandLine act(String description, Act act) {
        CommandLine command = new CommandLine(act);
        command.getCommandSpec().usageMessage().description(description);
        return command;
    }

    private static String path(String id) {
        return ROOT + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private static String progress(Tree job) {
        Tree progress = job.get("progress");
        String percent = progress.text("percent");
        String counted = percent.isEmpty() ? progress.text("done") : percent + " %";
        return (counted + " " + progress.text("message")).strip();
    }

    /** The failure of a job, or what it waits for; empty for none. */
    private static String reason(Tree job) {
        String fault = job.text("fault");
        String problem = fault.isEmpty() ? job.get("problem").text("detail") : fault;
        return problem.isEmpty() ? job.text("waiting") : problem;
    }

    /** {@code busbar jobs list}. For one thread. */
    @CommandLine.Command(name = "list", description = "Show the jobs of the caller; of all for an administrator.")
    static final class ListJobs implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Option(names = "--platform", paramLabel = "ID", description = "Only those of a platform.")
        private @Nullable String platform;

        @CommandLine.Option(
                names = "--state",
                paramLabel = "STATE",
                description = "Only queued, running, succeeded, failed or cancelled ones.")
        private @Nullable String state;

        @CommandLine.Option(names = "--limit", paramLabel = "N", description = "How many, at most 200; default 50.")
        private int limit = 50;

        ListJobs(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("limit", Integer.toString(limit));
            if (platform != null) {
                query.put("platform", platform);
            }
            if (state != null) {
                query.put("state", state);
            }
            Tree jobs = host.api().get(Api.path(ROOT, query), Api.SOON);
            if (host.isJson()) {
                console.print(jobs.json());
                return Cli.DONE;
            }
            Table table = new Table().row(List.of("ID", "PLATFORM", "TYPE", "STATE", "PROGRESS", "CREATED", "REASON"));
            for (Tree job : jobs.items()) {
                table.row(List.of(
                        job.text("id"),
                        job.text("platform"),
                        job.text("type"),
                        job.text("state"),
                        progress(job),
                        job.text("createdAt"),
                        reason(job)));
            }
            table.lines().forEach(console::print);
            return Cli.DONE;
        }
    }

    /** {@code busbar jobs show}. For one thread. */
    @CommandLine.Command(name = "show", description = "Show a job.")
    static final class Show implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The id of the job.")
        private String id = "";

        Show(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            print(console, host, host.api().get(path(id), Api.SOON));
            return Cli.DONE;
        }
    }

    private static void print(Console console, HostOptions host, Tree job) {
        if (host.isJson()) {
            console.print(job.json());
            return;
        }
        Table table = new Table()
                .row(List.of("job", job.text("id")))
                .row(List.of("type", job.text("platform") + " " + job.text("type")))
                .row(List.of("principal", job.text("principal")))
                .row(List.of(
                        "state", job.text("state") + (job.get("cancelRequested").isTrue() ? ", cancelled" : "")))
                .row(List.of("progress", progress(job)))
                .row(List.of("attempts", job.text("attempts")))
                .row(List.of("created", job.text("createdAt")))
                .row(List.of("started", job.text("startedAt")))
                .row(List.of("finished", job.text("finishedAt")))
                .row(List.of("reason", reason(job)));
        table.lines().forEach(console::print);
    }

    /** {@code busbar jobs watch}. For one thread. */
    @CommandLine.Command(
            name = "watch",
            description = "Show the progress of a job until it has ended; exits with 1 if it does not succeed.")
    static final class Watch implements Callable<Integer> {
        private final Console console;
        private final AuditTail.Pause pause;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The id of the job.")
        private String id = "";

        Watch(Console console, AuditTail.Pause pause) {
            this.console = console;
            this.pause = pause;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Api api = host.api();
            String shown = "";
            while (true) {
                Tree job = api.get(path(id), Api.SOON);
                String now = job.text("state") + " " + progress(job);
                if (!now.equals(shown) && !host.isJson()) {
                    console.errors().println(Plain.text(now));
                }
                shown = now;
                if (!OPEN.contains(job.text("state")) || !pause.next()) {
                    print(console, host, job);
                    return job.text("state").equals("succeeded") ? Cli.DONE : Cli.FAILED;
                }
            }
        }
    }

    /** A command that changes a job. For one thread. */
    @CommandLine.Command
    static final class Act implements Callable<Integer> {
        private final Console console;
        private final String method;
        private final String action;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(paramLabel = "ID", description = "The id of the job.")
        private String id = "";

        Act(Console console, String method, String action) {
            this.console = console;
            this.method = method;
            this.action = action;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Api api = host.api();
            Tree unused = api.send(method, path(id) + action, new byte[0], Api.SOON);
            print(console, host, api.get(path(id), Api.SOON));
            return Cli.DONE;
        }
    }
}
