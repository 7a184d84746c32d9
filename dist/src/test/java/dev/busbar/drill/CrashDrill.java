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
import java.util.SplittableRandom;

/** Kills the host at random moments while jobs run: each of them ends once, with the right result. */
final class CrashDrill {
    private CrashDrill() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of(
                "jobs", "500",
                "kills", "20",
                "minutes", "15",
                "pause", "250",
                "seed", Integer.toString(new java.util.Random().nextInt(1_000_000)),
                "steps", "10",
                "store", "",
                "work", "4000");
        Findings.conduct("crash", defaults, arguments, CrashDrill::run);
    }

    private static void run(Options options, Path folder, Findings findings) throws IOException {
        Report.head("Killed while jobs run, seed " + options.text("seed"), options, new Machine(false));
        SplittableRandom random = new SplittableRandom(options.number("seed"));
        Machine machine = new Machine(options.flag("pin"));
        Path data = folder.resolve("data");
        String[] settings = options.text("store").isEmpty()
                ? new String[] {"--jobs.threads=8", "--jobs.maxPerPrincipal=8"}
                : new String[] {"--jobs.threads=8", "--jobs.maxPerPrincipal=8", "--store.url=" + options.text("store")};
        JobCrowd crowd =
                new JobCrowd(folder.resolve("steps.txt"), options.number("steps"), options.number("pause"), findings);
        ServerProcess host = ServerProcess.busbar(machine, data, settings);
        AdminApi.good(new AdminApi(host).install(JobCrowd.jar(1)));
        crowd.submit(new AdminApi(host), options.number("jobs"));
        for (int kill = 1; kill <= options.number("kills"); kill++) {
            ServerProcess.pause(100 + random.nextInt(Math.max(1, options.number("work"))));
            host.kill();
            host = ServerProcess.busbar(machine, data, settings);
            crowd.look(new AdminApi(host));
            Report.progress("kill " + kill + ": ready again in " + host.startNanos() / 1_000_000 + " ms, "
                    + crowd.open() + " jobs open");
            findings.require(
                    crowd.open() > 0,
                    "kill " + kill + " met no job: all had ended before (a larger --pause or more --jobs)");
        }
        crowd.await(host, Duration.ofMinutes(options.number("minutes")));
        crowd.report(host);
        host.close();
    }
}
