package dev.busbar.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.busbar.drill.Change.Kind;
import dev.busbar.drill.Change.Outcome;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Compares the stored state of a killed host, and what it serves after a restart, with the changes it had acknowledged.
 */
final class Examination {
    private static final long RECEIPT_SECONDS = 30;
    private static final String LAST_GOOD = "runs in its place";

    private final Path data;
    private final List<Subject> subjects;
    private final Findings findings;
    private int lastGoodSeen;

    Examination(Path data, List<Subject> subjects, Findings findings) {
        this.data = data;
        this.subjects = subjects;
        this.findings = findings;
    }

    /** How often the last good version replaced one that was quarantined. */
    int lastGoodSeen() {
        return lastGoodSeen;
    }

    /** Examines the store of a dead host: it must have every acknowledged change, and nothing older. */
    void ofTheDead(StoredState stored, String when) throws IOException {
        for (Subject subject : subjects) {
            for (Change change : subject.possible.open()) {
                if (change.kind() != Kind.INSTALL || !lies(subject, change)) {
                    subject.possible.end(change, Outcome.EITHER);
                }
            }
            Wanted kept = stored.wanted().get(subject.id);
            String possible = subject.possible.all().toString();
            findings.require(
                    kept != null && subject.possible.saw(kept::equals),
                    when + ": the store says " + kept + " of " + subject.id + " (expected: one of " + possible + ")");
            findings.require(
                    kept == null
                            || subject.digest(kept.now().serial())
                                    .equals(stored.digests().get(subject.id)),
                    when + ": the store has another digest for " + subject.id + " than was given: " + kept);
        }
        findings.require(stored.missing().isEmpty(), when + ": jars are not in the store: " + stored.missing());
        receiptsAreWhole(when);
    }

    /** Whether a jar is still in the folder, so that the host may process it later. */
    private boolean lies(Subject subject, Change change) throws IOException {
        Path file = subject.file(data.resolve("plugins"));
        return Files.exists(file) && Subject.sha256(Files.readAllBytes(file)).equals(subject.digest(change.value()));
    }

    private void receiptsAreWhole(String when) {
        for (Subject subject : subjects) {
            try {
                Optional<Receipt> unused = Receipt.of(subject.file(data.resolve("plugins")));
            } catch (IOException e) {
                findings.wrong(when + ": the receipt of " + subject.id + " is not whole: " + e);
            }
        }
    }

    /** Examines the restarted host: it must serve and report the target state. */
    void ofTheLiving(ServerProcess host, StoredState stored, String when) throws IOException {
        AdminApi api = new AdminApi(host);
        for (Subject subject : subjects) {
            for (Change change : subject.possible.open()) {
                awaitReceipt(subject, change, when);
            }
            examine(api, subject, stored, when);
        }
        receiptsAreWhole(when);
        litter(when);
    }

    private void awaitReceipt(Subject subject, Change change, String when) throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(RECEIPT_SECONDS);
        while (System.nanoTime() < limit) {
            Optional<Receipt> receipt = Receipt.of(subject.file(data.resolve("plugins")))
                    .filter(each -> each.isFinal() && each.sha256().equals(subject.digest(change.value())));
            if (receipt.isPresent()) {
                String possible = subject.possible.all().toString();
                findings.require(
                        subject.possible.end(change, receipt.get().outcome()),
                        when + ": " + receipt.get() + " of " + subject.id + " fits none of " + possible);
                return;
            }
            ServerProcess.pause(20);
        }
        subject.possible.end(change, Outcome.EITHER);
        findings.wrong(when + ": no receipt for serial " + change.value() + " of " + subject.id);
    }

    private void examine(AdminApi api, Subject subject, StoredState stored, String when) throws IOException {
        Optional<JsonNode> found = api.plugin(subject.id);
        if (found.isEmpty()) {
            findings.wrong(when + ": the host knows nothing of " + subject.id);
            return;
        }
        JsonNode view = found.get();
        int serial = Integer.parseInt(view.get("version").asText().split("\\.")[1]);
        boolean active = view.get("state").asText().equals("ACTIVE");
        boolean disabled = view.get("state").asText().equals("DISABLED");
        findings.require(active || disabled, when + ": " + subject.id + " is not served: " + view);
        findings.require(
                view.get("sha256").asText().equals(subject.digest(serial)),
                when + ": " + subject.id + " shows another digest than its version has: " + view);
        Wire.Answer answer = api.get("/api/" + subject.id + "/use");
        String served = answer.status() + " " + answer.text();
        boolean agree = active ? served.startsWith("200 " + serial + " ") : answer.status() == 503;
        findings.require(agree, when + ": " + subject.id + " answers " + served + " and shows " + view);
        if (!active || !agree) {
            require(subject, wanted -> !wanted.enabled(), when, view);
            return;
        }
        int change = Integer.parseInt(answer.text().split(" ")[1]);
        Wanted.Run runs = new Wanted.Run(serial, change);
        if (view.path("reason").asText("").contains(LAST_GOOD)) {
            lastGoodSeen++;
            require(subject, wanted -> mayStandIn(subject, wanted, runs, stored), when, view);
        } else {
            require(subject, wanted -> wanted.enabled() && wanted.now().equals(runs), when, view);
        }
    }

    /** An older version as it ran, because the host crashed twice while the target version was being started. */
    private static boolean mayStandIn(Subject subject, Wanted wanted, Wanted.Run runs, StoredState stored) {
        boolean deadly =
                stored.deaths().getOrDefault(subject.digest(wanted.now().serial()), 0) >= 2;
        return deadly && wanted.enabled() && wanted.history().contains(runs);
    }

    private void require(Subject subject, Predicate<Wanted> seen, String when, JsonNode view) {
        String possible = subject.possible.all().toString();
        findings.require(
                subject.possible.saw(seen),
                when + ": " + subject.id + " shows " + view + " (expected: one of " + possible + ")");
    }

    /** Files of a killed host must not accumulate. */
    private void litter(String when) throws IOException {
        int many = subjects.size();
        atMost(many, data.resolve("plugins"), ".*\\.tmp", when);
        atMost(1, data, ".*\\.tmp", when);
        atMost(0, data.resolve("work/incoming"), ".*", when);
        atMost(many, data.resolve("work/scratch"), ".*", when);
        atMost(many * (Wanted.KEPT + 2), data.resolve("work/artifacts"), ".*", when);
    }

    private void atMost(int limit, Path folder, String names, String when) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> found = all.filter(each -> each.getFileName().toString().matches(names))
                    .toList();
            findings.require(
                    found.size() <= limit,
                    when + ": " + found.size() + " in " + folder.getFileName() + " (expected: at most " + limit + "): "
                            + found);
        }
    }
}
