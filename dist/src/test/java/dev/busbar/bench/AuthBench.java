package dev.busbar.bench;

import dev.busbar.bench.plugin.RoutesPlatform;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Options;
import dev.busbar.rig.PluginArchive;
import dev.busbar.rig.Report;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.WorkFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cost of authentication, compared with a plain Javalin handler that gets the same request and reads nothing; and the effect of a flood of forged tokens on legitimate clients.
 */
final class AuthBench {
    private static final String ID = "42";
    private static final String PLAIN = "/api/p0/r1/";
    private static final String OPEN = "/api/p0x/r0/";
    private static final String CLOSED = "/api/p0x/r1/";
    private static final Set<Integer> GOOD = Set.of(200);
    private static final Set<Integer> REFUSED = Set.of(401, 429);
    private static final int HONEST_TOKENS = 20;
    private static final int FORGED = 1_000;
    /** Caches few tokens and tolerates any number of failures, so that it verifies every token. */
    private static final String[] VERIFIES_ALL = {
        "--tokens.cached=100",
        "--authentication.failures=100000",
        "--authentication.period=1s",
        "--authentication.verifications=100000",
        "--authentication.sharedVerifications=100000"
    };

    private final Options options;
    private final Machine machine;
    private final Path folder;
    private final List<ServerProcess> servers = new ArrayList<>();

    private AuthBench(Options options, Machine machine, Path folder) {
        this.options = options;
        this.machine = machine;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(
                "scripts/bench auth",
                Map.ofEntries(
                        Map.entry("connections", "32"),
                        Map.entry("flood", "3"),
                        Map.entry("floodConnections", "16"),
                        Map.entry("manyConnections", "1024"),
                        Map.entry("pin", "true"),
                        Map.entry("rate", "500"),
                        Map.entry("rounds", "5"),
                        Map.entry("seconds", "1"),
                        Map.entry("tokens", "5000"),
                        Map.entry("warmup", "5")),
                arguments);
        Machine machine = new Machine(options.flag("pin"));
        machine.takeLoadCore();
        Path folder = WorkFolder.create("bench-auth");
        AuthBench bench = new AuthBench(options, machine, folder);
        boolean good;
        try {
            good = bench.run();
        } finally {
            bench.servers.forEach(ServerProcess::close);
        }
        if (good) {
            WorkFolder.delete(folder);
        } else {
            Report.progress("the logs of the servers are in " + folder);
        }
        System.exit(good ? 0 : 1);
    }

    private boolean run() throws IOException {
        ServerProcess javalin = PlainServer.start(machine, folder.resolve("javalin"), PlainServer.Kind.JAVALIN, 1, 2);
        servers.add(javalin);
        ServerProcess busbar = busbar("busbar");
        ServerProcess verifying = busbar("verifying", VERIFIES_ALL);
        ServerProcess refusing = busbar("refusing", "--authentication.refusalDelay=0s");
        int pool = options.number("tokens");
        Report.progress("issuing tokens ...");
        List<String> tokens = TokenPool.issue(busbar, HONEST_TOKENS);
        List<String> fresh = TokenPool.issue(verifying, pool);
        Report.head("Authentication", options, machine);
        Comparison comparison = new Comparison(machine, options);
        compareGood(comparison, List.of(javalin, busbar, verifying), tokens.get(0), fresh);
        compareForged(comparison, javalin, verifying, refusing);
        comparison.run();
        explain(busbar.key().length(), tokens.get(0).length());
        List<String> forged = TokenPool.forge(tokens.get(0), pool);
        Honest honest = new Honest(busbar.key(), tokens);
        FloodTarget ignoring = new FloodTarget(
                "plain Javalin", javalin, number -> honest.request(PLAIN, number), bearers(PLAIN, forged, ID, GOOD));
        FloodTarget judged = new FloodTarget(
                "Busbar", busbar, number -> honest.request(CLOSED, number), bearers(CLOSED, forged, "", REFUSED));
        FloodRounds flood = new FloodRounds(options, machine, List.of(ignoring, judged));
        flood.run();
        FloodReport.print(options, List.of(ignoring, judged));
        return FloodReport.judge(judged) && comparison.failed() == 0;
    }

    private ServerProcess busbar(String name, String... settings) throws IOException {
        Path data = folder.resolve(name);
        Path drop = Files.createDirectories(data.resolve("plugins"));
        byte[] jar = new PluginArchive(RoutesPlatform.class).pack("p0x", "1.0.0", List.of("routes=2"));
        Files.write(drop.resolve("p0x.jar"), jar);
        ServerProcess server = ServerProcess.busbar(machine, data, settings);
        servers.add(server);
        return server;
    }

    /** In each group the plain handler comes first, with the same headers. */
    private static void compareGood(Comparison comparison, List<ServerProcess> all, String token, List<String> fresh) {
        ServerProcess javalin = all.get(0);
        ServerProcess busbar = all.get(1);
        String key = busbar.key();
        List<String> one = List.of(token);
        add(comparison, "plain Javalin", "open", javalin, List.of(Requests.get(PLAIN + ID, ID)));
        add(comparison, "Busbar, public route", "open", busbar, List.of(Requests.get(OPEN + ID, ID)));
        add(comparison, "plain Javalin, key sent", "key", javalin, List.of(Requests.get(PLAIN + ID, key, ID)));
        add(comparison, "Busbar, key", "key", busbar, List.of(Requests.get(CLOSED + ID, key, ID)));
        add(comparison, "plain Javalin, one token sent", "token", javalin, bearers(PLAIN, one, ID, GOOD));
        add(comparison, "Busbar, one token, cached", "token", busbar, bearers(CLOSED, one, ID, GOOD));
        add(comparison, "plain Javalin, many tokens sent", "fresh", javalin, bearers(PLAIN, fresh, ID, GOOD));
        add(comparison, "Busbar, many tokens, not cached", "fresh", all.get(2), bearers(CLOSED, fresh, ID, GOOD));
    }

    private static void compareForged(
            Comparison comparison, ServerProcess javalin, ServerProcess verifying, ServerProcess refusing)
            throws IOException {
        List<InetAddress> elsewhere = List.of(InetAddress.getByName("127.0.0.2"));
        List<ClosedLoop.Call> ignored = bearers(PLAIN, forgedOf(verifying), ID, GOOD);
        List<ClosedLoop.Call> verified = bearers(CLOSED, forgedOf(verifying), "", REFUSED);
        List<ClosedLoop.Call> flood = bearers(CLOSED, forgedOf(refusing), "", REFUSED);
        String group = "forged";
        add(comparison, "plain Javalin, forged tokens sent", group, javalin, ignored);
        add(comparison, "Busbar, forged, each verified", group, verifying, verified);
        comparison.add(new Comparison.Candidate("Busbar, forged, over budget", group, refusing, flood, elsewhere));
    }

    private static List<String> forgedOf(ServerProcess host) throws IOException {
        return TokenPool.forge(TokenPool.issue(host, 1).get(0), FORGED);
    }

    private static void add(
            Comparison comparison, String name, String group, ServerProcess server, List<ClosedLoop.Call> calls) {
        comparison.add(new Comparison.Candidate(name, group, server, calls));
    }

    private static List<ClosedLoop.Call> bearers(String path, List<String> tokens, String body, Set<Integer> statuses) {
        return tokens.stream()
                .map(token -> Requests.get(path + ID, "Authorization: Bearer " + token + "\r\n", body, statuses))
                .toList();
    }

    private void explain(int key, int token) {
        Report.line("A key has " + key + " characters, a token " + token
                + ". Not cached: " + options.text("tokens") + " tokens in turn at a host that keeps 100."
                + " Each verified: a host whose budget for failures is never used up; over budget: one"
                + " that keeps no refusal back.");
        Report.line("");
    }
}
