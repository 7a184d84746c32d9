package dev.busbar.drill;

import dev.busbar.rig.AdminApi;
import dev.busbar.rig.Machine;
import dev.busbar.rig.Report;
import dev.busbar.rig.Samples;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Rolls one plugin back while the start of another hangs up to its limit. */
final class RollbackDrill {
    private static final String HANGING = "hanging";
    private static final String OTHER = "other";
    private static final int LONG_MILLIS = 3_600_000;

    private RollbackDrill() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> defaults = Map.of("limit", "1000", "startLimit", "30s", "times", "20");
        Findings.conduct("rollback", defaults, arguments, (options, folder, findings) -> {
            Machine machine = new Machine(options.flag("pin"));
            try (ServerProcess host = ServerProcess.busbar(
                    machine, folder.resolve("data"), "--swap.startLimit=" + options.text("startLimit"))) {
                AdminApi api = new AdminApi(host);
                AdminApi.good(api.install(Subject.jar(OTHER, 1, 0)));
                AdminApi.good(api.install(Subject.jar(OTHER, 2, 0)));
                long begin = System.nanoTime();
                CompletableFuture<Wire.Answer> hanging = hang(api);
                awaitHanging(api);
                Samples nanos = new Samples();
                for (int i = 0; i < options.number("times"); i++) {
                    long before = System.nanoTime();
                    AdminApi.good(api.change(OTHER, "rollback"));
                    nanos.add(System.nanoTime() - before);
                    String served =
                            AdminApi.good(api.get("/api/" + OTHER + "/use")).text();
                    findings.require(served.equals("1 0"), "after a rollback to serial 1 it answers " + served);
                    findings.require(!hanging.isDone(), "the other start did not hang while there was a rollback");
                    if (!hanging.isDone()) {
                        AdminApi.good(api.install(Subject.jar(OTHER, 2, 0)));
                    }
                }
                Wire.Answer refused = hanging.get(5, TimeUnit.MINUTES);
                long hung = System.nanoTime() - begin;
                findings.require(refused.status() == 422, "the start that hung was answered " + refused.status());
                findings.require(
                        nanos.max() < options.number("limit") * 1_000_000L,
                        "a rollback took " + nanos.millis(100) + " ms (limit: " + options.text("limit") + " ms)");
                Report.head("Rollback during a start that hangs", options, machine);
                Report.table(
                        List.of("rollbacks", "median ms", "max ms", "the other start was given up after ms"),
                        List.of(List.of(
                                Integer.toString(nanos.count()),
                                nanos.millis(50),
                                nanos.millis(100),
                                Long.toString(hung / 1_000_000))));
            }
        });
    }

    private static CompletableFuture<Wire.Answer> hang(AdminApi api) {
        CompletableFuture<Wire.Answer> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(api.install(Subject.jar(HANGING, 1, LONG_MILLIS)));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return answer;
    }

    private static void awaitHanging(AdminApi api) throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < limit) {
            boolean starting = api.plugin(HANGING)
                    .filter(view -> view.get("state").asText().equals("STARTING"))
                    .isPresent();
            if (starting) {
                return;
            }
            ServerProcess.pause(20);
        }
        throw new IllegalStateException("the start that shall hang has not begun within 20 s");
    }
}
