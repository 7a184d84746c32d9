package dev.busbar.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Hostile load on the packed product with a heap of 256 MiB and 1,024 open files, one kind after another; honest callers
 * of health, administration, tokens and another platform must not notice, and the memory of the process must not grow.
 */
final class HostileDrill {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PER_SECOND = 25;
    private static final int SETTLE_MILLIS = 2_000;
    private static final int JSON_BYTES = 2 << 20;
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final byte[] NOTHING = {};
    private static final String GRANT = "grant_type=client_credentials";

    private HostileDrill() {}

    /** The keys of the attackers. */
    private record Stolen(String analyst, String cache) {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults =
                Map.of("seconds", "8", "rest", "15", "rounds", "2", "floor", "50", "growth", "48", "only", "");
        Findings.conduct("hostile", defaults, arguments, HostileDrill::run);
    }

    private static void run(Options options, Path folder, Findings findings) throws IOException {
        Machine machine = new Machine(options.flag("pin"));
        List<List<String>> rows = new ArrayList<>();
        List<Integer> memory = new ArrayList<>();
        try (ServerProcess host = start(machine, folder.resolve("data"))) {
            Map<String, Attack.Means> attacks = attacks(stolen(host));
            attacks.keySet().removeIf(attack -> !attack.contains(options.text("only")));
            findings.require(!attacks.isEmpty(), "--only=" + options.text("only") + " names no attack");
            List<Caller> honest = honest(host);
            ServerProcess.pause(options.number("rest") * 1_000L);
            turn(honest); // warm-up
            ServerProcess.pause(options.number("rest") * 1_000L);
            Map<String, Caller.Tally> rest = turn(honest);
            rows.addAll(rows("rest", rest, Map.of()));
            for (int round = 1; round <= options.number("rounds"); round++) {
                for (Map.Entry<String, Attack.Means> attack : attacks.entrySet()) {
                    try (Attack hostile = new Attack(host.port(), attack.getValue())) {
                        ServerProcess.pause(options.number("seconds") * 1_000L);
                        Map<String, Caller.Tally> during = turn(honest);
                        rows.addAll(rows(attack.getKey(), during, hostile.outcomes()));
                        judge(attack.getKey() + ", round " + round, rest, during, options, findings);
                        findings.require(
                                !attack.getKey().startsWith("JSON")
                                        || hostile.outcomes().keySet().stream()
                                                .anyMatch(outcome -> !outcome.equals("503")),
                                attack.getKey() + ": none was accepted");
                        findings.require(
                                !hostile.outcomes().isEmpty()
                                        || attack.getValue().trickleMillis() > 0,
                                attack.getKey() + ": no attempt has ended, so nothing was tested");
                    }
                    ServerProcess.pause(SETTLE_MILLIS);
                    turn(honest);
                }
                memory.add(residentMegabytes(host));
            }
            findings.require(host.isAlive(), "the host has ended");
            honest.forEach(Caller::close);
        }
        int grown = memory.get(memory.size() - 1) - memory.get(0);
        findings.require(grown <= options.number("growth"), "memory grew by " + grown + " MiB after the first round");
        Report.head("Hostile load at -Xmx256m and 1,024 open files", options, machine);
        Report.table(List.of("attack", "caller", "requests", "failed", "p50 ms", "p99 ms", "attempts"), rows);
        Report.line("Resident memory after each round: " + memory + " MiB");
    }

    private static ServerProcess start(Machine machine, Path data) throws IOException {
        String program = ServerProcess.installed().resolve("bin/busbar").toString();
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 1024; exec \"$0\" \"$@\""));
        command.addAll(List.of(program, "serve", "--port=0", "--data=" + data, "--trust.publicRoutes=hello"));
        return ServerProcess.start(
                machine.asServer(command),
                Map.of("BUSBAR_ENV", "staging", "BUSBAR_JAVA_OPTS", "-Xmx256m -Dtinylog.level=error"),
                data);
    }

    private static Stolen stolen(ServerProcess host) throws IOException {
        return new Stolen(
                key(host, "mallory", "\"roles\":[\"analyst\"]", ""),
                key(host, "trudy", "\"roles\":[\"admin\"]", ",\"permissions\":[\"host:cache\"]"));
    }

    private static String key(ServerProcess host, String owner, String roles, String limits) throws IOException {
        post(host, "/admin/principals", "{\"id\":\"" + owner + "\",\"kind\":\"service\"," + roles + "}");
        return post(host, "/admin/keys", "{\"name\":\"k\",\"owner\":\"" + owner + "\"" + limits + "}")
                .get("key")
                .asText();
    }

    private static JsonNode post(ServerProcess host, String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String fields = "X-API-Key: " + host.key() + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\nConnection: close\r\n";
        try (Wire wire = new Wire(host.port())) {
            Wire.Answer answer = wire.send(new Wire.Call("POST", path, fields, List.of(body), 0));
            if (answer.status() != 201) {
                throw new IllegalStateException(path + ": " + answer.status() + " " + answer.text());
            }
            return JSON.readTree(answer.body());
        }
    }

    /** The attacks, by the finding that they repeat. */
    private static Map<String, Attack.Means> attacks(Stolen stolen) {
        Map<String, Attack.Means> all = new LinkedHashMap<>();
        byte[] rows = rows();
        String head = post(
                "/api/turbo/audits",
                "X-API-Key: " + stolen.analyst() + "\r\nContent-Type: application/json\r\n",
                rows.length);
        all.put("JSON of 2 MiB, 64 at once (S2)", new Attack.Means(64, "127.0.0.2", () -> head, rows, 0, 2_000));
        all.put(
                "1,000 half-open connections (S3)",
                new Attack.Means(
                        1_000, "127.0.0.3", () -> "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ", NOTHING, 5_000, 1_000));
        all.put("90 that send no form for a token (S4)", silent(90, "127.0.0.4", "/auth/token", FORM, 1_000));
        all.put(
                "made-up keys, 16 at once (S5)",
                new Attack.Means(
                        16, "127.0.0.5", () -> get("/admin/keys", "X-API-Key: " + madeUp() + "\r\n"), NOTHING, 0, 30));
        all.put(
                "95 that send no body to administration (S6)",
                silent(
                        95,
                        "127.0.0.6",
                        "/admin/cache/purge",
                        "X-API-Key: " + stolen.cache() + "\r\nContent-Type: application/json\r\n",
                        1_000));
        all.put(
                "330 that send no body to a platform (S21)",
                silent(
                        330,
                        "127.0.0.7",
                        "/api/turbo/audits",
                        "X-API-Key: " + stolen.analyst() + "\r\nContent-Type: application/json\r\n",
                        100_000));
        all.put(
                "the largest page, 64 at once (S22)",
                new Attack.Means(64, "127.0.0.8", () -> get("/docs/5.34.1/swagger-ui-bundle.js", ""), NOTHING, 0, 250));
        all.put(
                "tokens, 64 at once (S22)",
                new Attack.Means(
                        64,
                        "127.0.0.9",
                        () -> token(stolen.analyst()),
                        GRANT.getBytes(StandardCharsets.US_ASCII),
                        0,
                        250));
        return all;
    }

    private static String get(String path, String fields) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n";
    }

    private static String post(String path, String fields, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + length
                + "\r\n" + fields + "\r\n";
    }

    private static String token(String key) {
        return post("/auth/token", "X-API-Key: " + key + "\r\n" + FORM, GRANT.length());
    }

    private static Attack.Means silent(int clients, String address, String path, String fields, int length) {
        return new Attack.Means(clients, address, () -> post(path, fields, length), NOTHING, 5_000, 1_000);
    }

    /** An audit whose rows take far more memory than their text. */
    private static byte[] rows() {
        StringBuilder text = new StringBuilder(JSON_BYTES)
                .append(
                        "{\"protectedAttribute\":\"g\",\"privileged\":\"M\",\"decision\":\"d\",\"favourable\":\"1\",\"rows\":[");
        while (text.length() < JSON_BYTES - 100) {
            text.append("{\"a\":1},");
        }
        return text.append("{\"g\":\"F\",\"d\":0}]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A key that nobody has, with a checksum that is right. */
    private static String madeUp() {
        String checked = "bsb_stg_" + word(12) + "_" + word(32) + "_";
        CRC32 crc = new CRC32();
        crc.update(checked.getBytes(StandardCharsets.US_ASCII));
        StringBuilder checksum = new StringBuilder();
        long rest = crc.getValue();
        for (int i = 0; i < 6; i++) {
            checksum.insert(0, ALPHABET.charAt((int) (rest % ALPHABET.length())));
            rest /= ALPHABET.length();
        }
        return checked + checksum;
    }

    private static String word(int length) {
        return ThreadLocalRandom.current()
                .ints(length, 0, ALPHABET.length())
                .mapToObj(index -> String.valueOf(ALPHABET.charAt(index)))
                .collect(Collectors.joining());
    }

    private static List<Caller> honest(ServerProcess host) {
        String admin = "X-API-Key: " + host.key() + "\r\nConnection: close\r\n";
        byte[] grant = GRANT.getBytes(StandardCharsets.US_ASCII);
        Function<String, Wire.Call> get = path -> new Wire.Call("GET", path, admin, List.of(), 0);
        return List.of(
                new Caller("health", host.port(), get.apply("/health/live"), PER_SECOND),
                new Caller("administration", host.port(), get.apply("/admin/keys"), PER_SECOND),
                new Caller(
                        "tokens",
                        host.port(),
                        new Wire.Call(
                                "POST",
                                "/auth/token",
                                admin + FORM + "Content-Length: " + grant.length + "\r\n",
                                List.of(grant),
                                0),
                        PER_SECOND),
                new Caller("another platform", host.port(), get.apply("/api/hello"), PER_SECOND));
    }

    private static Map<String, Caller.Tally> turn(List<Caller> honest) {
        Map<String, Caller.Tally> tallies = new LinkedHashMap<>();
        honest.forEach(caller -> tallies.put(caller.name(), caller.turn()));
        return tallies;
    }

    private static List<List<String>> rows(
            String attack, Map<String, Caller.Tally> tallies, Map<String, Integer> attempts) {
        List<List<String>> rows = new ArrayList<>();
        tallies.forEach((caller, tally) -> rows.add(List.of(
                attack,
                caller,
                Integer.toString(tally.nanos.count()),
                Integer.toString(tally.failed.get()),
                tally.nanos.millis(50),
                tally.nanos.millis(99),
                attempts.toString())));
        return rows;
    }

    private static void judge(
            String attack,
            Map<String, Caller.Tally> rest,
            Map<String, Caller.Tally> during,
            Options options,
            Findings findings) {
        during.forEach((caller, tally) -> {
            long bound = Math.max(5 * rest.get(caller).nanos.percentile(99), options.number("floor") * 1_000_000L);
            findings.require(
                    tally.failed.get() == 0 && tally.nanos.count() > 0,
                    attack + ": " + tally.failed.get() + " of " + tally.nanos.count() + " requests to " + caller
                            + " failed, the last with " + tally.failure.get());
            findings.require(
                    tally.nanos.percentile(99) <= bound,
                    attack + ": p99 of " + caller + " " + tally.nanos.millis(99) + " ms (bound: " + bound / 1_000_000
                            + " ms)");
        });
    }

    private static int residentMegabytes(ServerProcess host) {
        return Integer.parseInt(host.status("VmRSS").replaceAll("\\D", "")) / 1024;
    }
}
