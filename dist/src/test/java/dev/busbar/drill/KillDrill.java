package dev.busbar.drill;

import dev.busbar.drill.Change.Kind;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.Report;
import dev.busbar.rig.Samples;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Kills the host at random moments of concurrent changes, repeatedly on one data directory: afterwards it must run every acknowledged change, possibly those in progress, and never anything older.
 */
final class KillDrill implements AutoCloseable {
    private static final String[] SETTINGS = {"--swap.settle=30ms", "--swap.poll=200ms"};

    private final Options options;
    private final Machine machine;
    private final Path data;
    private final Path drop;
    private final Path staging;
    private final Path copies;
    private final Findings findings;
    private final List<Subject> subjects;
    private final Examination examination;
    private final SplittableRandom random;
    private final ConcurrentMap<String, AtomicInteger> tally = Changer.newTally();
    private final Samples readyNanos = new Samples();
    private final List<Long> storeBytes = new ArrayList<>();
    private ServerProcess host;
    private StoredState stored;
    private int bootKills;

    private KillDrill(Options options, Path folder, Findings findings) throws IOException, SQLException {
        this.options = options;
        this.machine = new Machine(options.flag("pin"));
        this.data = folder.resolve("data");
        this.drop = Files.createDirectories(data.resolve("plugins"));
        this.staging = Files.createDirectories(folder.resolve("staging"));
        this.copies = folder.resolve("copies");
        this.findings = findings;
        this.random = new SplittableRandom(options.number("seed"));
        this.subjects = IntStream.range(0, options.number("plugins"))
                .mapToObj(i -> new Subject("drill-" + i))
                .toList();
        this.examination = new Examination(data, subjects, findings);
        this.host = ServerProcess.busbar(machine, data, SETTINGS);
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of(
                "boots", "20",
                "plugins", "6",
                "ready", "120",
                "rounds", "100",
                "seed", Integer.toString(new java.util.Random().nextInt(1_000_000)),
                "start", "60",
                "work", "3000");
        Findings.conduct("kill", defaults, arguments, (options, folder, findings) -> {
            Report.head("Killed at any moment, seed " + options.text("seed"), options, new Machine(false));
            try (KillDrill drill = new KillDrill(options, folder, findings)) {
                drill.run();
            }
        });
    }

    private void run() throws IOException, InterruptedException, SQLException {
        AdminApi api = new AdminApi(host);
        for (Subject subject : subjects) {
            AdminApi.good(api.install(subject.nextJar(0).bytes()));
        }
        int rounds = options.number("rounds");
        for (int round = 1; round <= rounds && findings.isEmpty(); round++) {
            round("round " + round + " of " + rounds);
        }
        host.close();
        look("after a good stop");
        report();
    }

    private void round(String name) throws IOException, InterruptedException, SQLException {
        long workMillis = changeAndKill();
        look(name);
        while (random.nextInt(100) < options.number("boots")) {
            bootKills++;
            host = ServerProcess.begin(machine, data, SETTINGS);
            ServerProcess.pause(random.nextInt(4_000));
            host.kill();
            look(name + ", killed again while it started");
        }
        host = ServerProcess.begin(machine, data, SETTINGS);
        host.awaitReady(Duration.ofSeconds(options.number("ready")));
        readyNanos.add(host.startNanos());
        examination.ofTheLiving(host, stored, name);
        Report.progress(name + ": killed after " + workMillis + " ms of changes, ready again in "
                + host.startNanos() / 1_000_000 + " ms, store " + storeBytes.get(storeBytes.size() - 1) / 1024
                + " KiB");
    }

    private long changeAndKill() throws InterruptedException {
        Changer.Surroundings around = new Changer.Surroundings(drop, staging, options.number("start"));
        Changer changer = new Changer(new AdminApi(host), around, findings, tally);
        List<Thread> threads = new ArrayList<>();
        for (Subject subject : subjects) {
            SplittableRandom byFolder = random.split();
            SplittableRandom byApi = random.split();
            threads.add(new Thread(() -> changer.byFolder(subject, byFolder), subject.id + "-folder"));
            threads.add(new Thread(() -> changer.byApi(subject, byApi), subject.id + "-api"));
        }
        threads.forEach(Thread::start);
        long millis = 50 + random.nextInt(Math.max(1, options.number("work")));
        ServerProcess.pause(millis);
        changer.stop();
        host.kill();
        for (Thread thread : threads) {
            thread.join();
        }
        return millis;
    }

    private void look(String when) throws IOException, SQLException {
        storeBytes.add(Files.size(StoredState.file(data)));
        stored = StoredState.read(data, copies);
        examination.ofTheDead(stored, when);
    }

    private void report() {
        List<List<String>> rows = new ArrayList<>();
        List<String> kinds = new ArrayList<>(List.of("folder"));
        for (Kind kind : Kind.values()) {
            kinds.add(kind.name().toLowerCase(Locale.ROOT));
        }
        for (String kind : kinds) {
            String not = kind.equals("folder") ? "ignored" : "refused";
            rows.add(List.of(
                    kind,
                    Changer.told(tally, kind, "done"),
                    Changer.told(tally, kind, not),
                    Changer.told(tally, kind, "cut off")));
        }
        Report.table(List.of("change", "acknowledged", "refused or ignored", "under way at the kill"), rows);
        Report.line("- kills: " + options.text("rounds") + " during changes, " + bootKills + " while it started");
        Report.line("- ready again after (p50, max ms): " + readyNanos.millis(50) + ", " + readyNanos.millis(100));
        Report.line(
                "- last good version in the place of one that died twice with the host: " + examination.lastGoodSeen());
        Report.line(
                "- starts written down and not struck off: " + stored.deaths().size());
        Report.line("- store after the first kill, the last, and a good stop (KiB): " + storeBytes.get(0) / 1024 + ", "
                + storeBytes.get(Math.max(0, storeBytes.size() - 2)) / 1024 + ", "
                + storeBytes.get(storeBytes.size() - 1) / 1024);
    }

    @Override
    public void close() {
        host.close();
    }
}
