package dev.busbar.drill;

import dev.busbar.drill.plugin.CalledPlatform;
import dev.busbar.drill.plugin.CallingPlatform;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Calls between platforms under constant load, while the target is replaced and, for a second at a time, disabled. */
final class CallsDrill {
    private static final String TARGET = "target";
    private static final long AWAY_MILLIS = 1_000;
    private static final long BEGIN_MILLIS = 3_000;
    private static final double WANTED = 0.98;

    private CallsDrill() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of("away", "10", "minutes", "10", "rate", "100", "seed", "1", "swaps", "50");
        Findings.conduct("calls", defaults, arguments, CallsDrill::run);
    }

    private static void run(Options options, Path folder, Findings findings) throws IOException {
        Machine machine = new Machine(options.flag("pin"));
        try (ServerProcess host = ServerProcess.busbar(machine, folder.resolve("data"))) {
            AdminApi api = new AdminApi(host);
            AdminApi.good(api.install(called(0)));
            AdminApi.good(api.install(new PluginArchive(CallingPlatform.class).pack("calling", "1.0.0", List.of())));
            AdminApi.good(api.get("/api/calling/stale"));
            int rate = options.number("rate") / 2;
            Absences absences = new Absences();
            CallLoad plain = new CallLoad(host.port(), "/api/calling/plain", rate, absences);
            CallLoad stale = new CallLoad(host.port(), "/api/calling/stale", rate, absences);
            ServerProcess.pause(BEGIN_MILLIS);
            change(options, api, absences);
            plain.close();
            stale.close();
            judge(findings, plain, stale);
            Report.head("Calls between platforms while the target is replaced and disabled", options, machine);
            Report.table(CallLoad.HEAD, List.of(plain.row("no fallback"), stale.row("stale response allowed")));
            Report.line(
                    "Answers other than 200: without a fallback " + plain.others() + ", with one " + stale.others());
            String all = AdminApi.good(api.get("/metrics")).text();
            all.lines()
                    .filter(line -> line.startsWith("busbar_platform_calls_total"))
                    .forEach(line -> Report.line("- `" + line + "`"));
        }
    }

    private static byte[] called(int serial) {
        return new PluginArchive(CalledPlatform.class).pack(TARGET, "1.0." + serial, List.of());
    }

    /** In random order, evenly spaced. */
    private static void change(Options options, AdminApi api, Absences absences) throws IOException {
        int swaps = options.number("swaps");
        int away = options.number("away");
        List<Boolean> acts = new ArrayList<>();
        for (int i = 0; i < swaps + away; i++) {
            acts.add(i < swaps);
        }
        Collections.shuffle(acts, new Random(options.number("seed")));
        long each = options.number("minutes") * 60_000L / acts.size();
        int serial = 0;
        for (boolean swap : acts) {
            long begin = System.nanoTime();
            if (swap) {
                AdminApi.good(api.install(called(++serial)));
            } else {
                absences.begin();
                AdminApi.good(api.change(TARGET, "disable"));
                ServerProcess.pause(AWAY_MILLIS);
                AdminApi.good(api.change(TARGET, "enable"));
                absences.end();
            }
            ServerProcess.pause(Math.max(0, each - (System.nanoTime() - begin) / 1_000_000));
        }
    }

    private static void judge(Findings findings, CallLoad plain, CallLoad stale) {
        findings.require(
                stale.successRate() > WANTED,
                String.format(Locale.ROOT, "with a fallback only %.2f %% succeeded", 100 * stale.successRate()));
        findings.require(
                plain.failedOutside() == 0,
                plain.failedOutside() + " calls without a fallback failed while the target was not away");
        for (CallLoad load : List.of(plain, stale)) {
            findings.require(load.unclean() == 0, load.unclean() + " failures were no clean problem: " + load.others());
            findings.require(load.late() == 0, load.late() + " responses exceeded the deadline");
        }
        findings.require(plain.failed() > 0, "no call failed while the target was away, so nothing was shown");
    }

    /** Times when the target was unavailable, as observed from outside: from before it was disabled until after it was enabled. */
    static final class Absences {
        private final List<long[]> all = new ArrayList<>();

        synchronized void begin() {
            all.add(new long[] {System.nanoTime(), Long.MAX_VALUE});
        }

        synchronized void end() {
            all.get(all.size() - 1)[1] = System.nanoTime();
        }

        /** Whether it was unavailable at any time within an interval. */
        synchronized boolean overlap(long fromNanos, long untilNanos) {
            return all.stream().anyMatch(away -> untilNanos - away[0] >= 0 && fromNanos <= away[1]);
        }
    }
}
