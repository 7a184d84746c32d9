package dev.busbar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.bench.plugin.SwapPlatform;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.LoadPlan;
import dev.busbar.rig.Machine;
import dev.busbar.rig.OpenLoop;
import dev.busbar.rig.Options;
import dev.busbar.rig.Phase;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Prober;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Swaps through the folder and through the API under constant load. */
final class SwapBench implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PAUSE_MILLIS = 300;
    private static final int PAUSE_SPREAD_MILLIS = 400;
    private static final long RECEIPT_MILLIS = 10_000;
    /** The host requests a collection at most once a minute. */
    private static final long UNLOAD_SECONDS = 90;

    private final Options options;
    private final Machine machine;
    private final Path violations;
    private final Path drop;
    private final Path staging;
    private final ServerProcess server;
    private final Prober prober;
    private final AdminApi api;
    private final PluginArchive archive = new PluginArchive(SwapPlatform.class);
    private final SplittableRandom random = new SplittableRandom(1);
    private final SwapSteps folderSteps = new SwapSteps(
            "file moved in → first response of the new version", "– settle: detect, settle, copy, check the jar");
    private final SwapSteps apiSteps = new SwapSteps("API call", "– upload, copy, check the jar, respond");
    private long serial;

    private SwapBench(Options options, Machine machine, Path folder) throws IOException {
        this.options = options;
        this.machine = machine;
        Path data = folder.resolve("data");
        this.violations = folder.resolve("violations");
        this.drop = Files.createDirectories(data.resolve("plugins"));
        this.staging = Files.createDirectories(folder.resolve("staging"));
        Files.write(drop.resolve("swap.jar"), nextJar());
        this.server = ServerProcess.busbar(
                machine, data, "--swap.settle=" + options.text("settle"), "--swap.poll=" + options.text("poll"));
        this.prober = new Prober(server.port());
        this.api = new AdminApi(server);
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench swap",
                Map.ofEntries(
                        Map.entry("api", "200"),
                        Map.entry("folder", "200"),
                        Map.entry("pin", "true"),
                        Map.entry("poll", "1s"),
                        Map.entry("rate", "500"),
                        Map.entry("rest", "30"),
                        Map.entry("settle", "100ms"),
                        Map.entry("slow", "10"),
                        Map.entry("slower", "2"),
                        Map.entry("threads", "300"),
                        Map.entry("warmup", "30")),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-swap");
        boolean good;
        try (SwapBench bench = new SwapBench(options, machine, folder)) {
            good = bench.run();
        }
        if (good) {
            WorkFolder.delete(folder);
        } else {
            Report.progress("the host's log and the violations are in " + folder);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException {
        List<Phase> phases = new ArrayList<>();
        LoadPlan plan = new LoadPlan(options.number("slow"), options.number("slower"));
        phases.add(new Phase("warm-up"));
        OpenLoop load = new OpenLoop(
                server.port(), plan::request, options.number("rate"), options.number("threads"), phases.get(0));
        String memoryBefore;
        try (load) {
            ServerProcess.pause(options.number("warmup") * 1_000L);
            enter(load, phases, "baseline before");
            memoryBefore = server.status("VmRSS");
            ServerProcess.pause(options.number("rest") * 1_000L);
            enter(load, phases, options.text("folder") + " swaps by folder");
            for (int i = 0; i < options.number("folder"); i++) {
                swapByFolder();
                pause();
            }
            enter(load, phases, options.text("api") + " swaps by API");
            for (int i = 0; i < options.number("api"); i++) {
                swapByApi();
                pause();
            }
            enter(load, phases, "baseline after");
            ServerProcess.pause(options.number("rest") * 1_000L);
        }
        return report(load, phases, memoryBefore);
    }

    private static void enter(OpenLoop load, List<Phase> phases, String name) {
        Report.progress(name + " ...");
        Phase phase = new Phase(name);
        phases.add(phase);
        load.enter(phase);
    }

    private void pause() {
        ServerProcess.pause(PAUSE_MILLIS + random.nextInt(PAUSE_SPREAD_MILLIS));
    }

    /** Alternates a new version and other bytes of the same version. */
    private byte[] nextJar() {
        serial++;
        return archive.pack(
                "swap",
                "1." + serial / 2 + ".0",
                List.of("serial=" + serial, "violations=" + violations.toAbsolutePath()));
    }

    private void swapByFolder() throws IOException {
        byte[] jar = nextJar();
        Path staged = Files.write(staging.resolve("swap.jar"), jar);
        long begin = System.nanoTime();
        Files.move(staged, drop.resolve("swap.jar"), StandardCopyOption.ATOMIC_MOVE);
        long served = prober.await(serial);
        String digest = sha256(jar);
        folderSteps.add(served - begin, micros(digest));
        folderSteps.add("the receipt's tookMillis", receipt(digest) * 1_000_000);
    }

    private void swapByApi() throws IOException {
        byte[] jar = nextJar();
        long begin = System.nanoTime();
        Wire.Answer answer = api.install(jar);
        long end = System.nanoTime();
        AdminApi.good(answer);
        long served = prober.await(serial);
        apiSteps.add(end - begin, micros(sha256(jar)));
        apiSteps.add("API call begun → first response of the new version", served - begin);
    }

    private JsonNode micros(String digest) throws IOException {
        for (JsonNode generation : api.generations("swap")) {
            if (generation.get("sha256").asText().equals(digest)) {
                return generation.get("micros");
            }
        }
        throw new IllegalStateException("the generation of " + digest + " is not shown");
    }

    private long receipt(String digest) throws IOException {
        Path file = drop.resolve("swap.jar.status.json");
        long limit = System.nanoTime() + RECEIPT_MILLIS * 1_000_000;
        while (System.nanoTime() < limit) {
            try {
                JsonNode receipt = JSON.readTree(Files.readAllBytes(file));
                if (receipt.get("sha256").asText().equals(digest)) {
                    return receipt.get("tookMillis").asLong();
                }
            } catch (NoSuchFileException e) {
                Report.progress("no receipt yet");
            }
            ServerProcess.pause(5);
        }
        throw new IllegalStateException("no receipt for " + digest);
    }

    private static String sha256(byte[] jar) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private boolean report(OpenLoop load, List<Phase> phases, String memoryBefore) throws IOException {
        Report.head("Swaps under " + options.text("rate") + " requests a second", options, machine);
        Report.table(Phase.HEAD, phases.stream().map(Phase::row).toList());
        Report.table(SwapSteps.head(), folderSteps.rows());
        Report.table(SwapSteps.head(), apiSteps.rows());
        int failed = phases.stream().mapToInt(phase -> phase.failed.get()).sum();
        List<String> found = Files.exists(violations) ? Files.readAllLines(violations) : List.of();
        int requests = phases.stream().mapToInt(phase -> phase.requests.get()).sum();
        Report.line("- failed requests: " + failed + " of " + requests);
        load.reasons().forEach((reason, count) -> Report.line("  - " + count + " × " + reason));
        Report.line("- plugin code entered, or inside, after close(): " + found.size());
        found.stream().distinct().limit(20).forEach(line -> Report.line("  - " + line));
        Report.line("- lateness of requests (p50, p99, max ms): "
                + load.lagNanos().millis(50) + ", " + load.lagNanos().millis(99) + ", "
                + load.lagNanos().millis(100));
        Report.line(
                "- keep-alive connections closed by the server after a successful response: " + load.closedByServer());
        Report.line(
                "- host memory (VmRSS) before and after the swaps: " + memoryBefore + ", " + server.status("VmRSS"));
        unloads();
        return failed == 0 && found.isEmpty() && server.isAlive();
    }

    private void unloads() throws IOException {
        long begin = System.nanoTime();
        long seconds;
        int retired;
        int collected;
        do {
            ServerProcess.pause(1_000);
            retired = 0;
            collected = 0;
            for (JsonNode generation : api.generations("swap")) {
                JsonNode unload = generation.path("unload");
                if (unload.isObject()) {
                    retired++;
                    collected += unload.get("collected").asBoolean() ? 1 : 0;
                }
            }
            seconds = (System.nanoTime() - begin) / 1_000_000_000;
        } while (collected < retired && seconds < UNLOAD_SECONDS);
        Report.line("- of the last " + retired + " retired generations, gone from memory " + seconds
                + " s after the load: " + collected);
    }

    @Override
    public void close() {
        server.close();
    }
}
