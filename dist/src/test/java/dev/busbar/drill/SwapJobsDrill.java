package dev.busbar.drill;

import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Replaces and rolls back a plugin while its jobs run: each of them ends once, with each step once in its result. */
final class SwapJobsDrill {
    private SwapJobsDrill() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of(
                "jobs", "50",
                "minutes", "15",
                "pause", "100",
                "steps", "60",
                "swaps", "20",
                "work", "500");
        Findings.conduct("swap-jobs", defaults, arguments, SwapJobsDrill::run);
    }

    private static void run(Options options, Path folder, Findings findings) throws IOException {
        Report.head("Swaps while jobs run", options, new Machine(false));
        Machine machine = new Machine(options.flag("pin"));
        ServerProcess host =
                ServerProcess.busbar(machine, folder.resolve("data"), "--jobs.threads=16", "--jobs.maxPerPrincipal=16");
        AdminApi api = new AdminApi(host);
        AdminApi.good(api.install(JobCrowd.jar(1)));
        JobCrowd crowd =
                new JobCrowd(folder.resolve("steps.txt"), options.number("steps"), options.number("pause"), findings);
        crowd.submit(api, options.number("jobs"));
        int swaps = options.number("swaps");
        for (int swap = 1; swap <= swaps; swap++) {
            ServerProcess.pause(options.number("work"));
            AdminApi.good(api.install(JobCrowd.jar(1 + swap)));
        }
        ServerProcess.pause(options.number("work"));
        AdminApi.good(api.change("steps", "rollback"));
        crowd.look(api);
        Report.progress(swaps + " swaps and a rollback, " + crowd.open() + " jobs open");
        crowd.await(host, Duration.ofMinutes(options.number("minutes")));
        crowd.report(host);
        host.close();
    }
}
