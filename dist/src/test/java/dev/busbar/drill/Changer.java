package dev.busbar.drill;

import dev.busbar.drill.Change.Kind;
import dev.busbar.drill.Change.Outcome;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Changes plugins of one host sequentially until the host is killed. Each thread in one of its loops has at most one change in progress.
 */
final class Changer {
    private static final long RECEIPT_SECONDS = 60;
    private static final int LONGEST_PAUSE_MILLIS = 40;

    private final AdminApi api;
    private final Surroundings around;
    private final Findings findings;
    private final ConcurrentMap<String, AtomicInteger> tally;
    private volatile boolean stopped;

    /**
     * The environment of the changes.
     *
     * @param drop the drop folder
     * @param staging the folder where jars are written before they are moved
     * @param slowestStartMillis the max start time of a jar
     */
    record Surroundings(Path drop, Path staging, int slowestStartMillis) {}

    /** Changes through the API and the drop folder of a host; counts outcomes by kind of change. */
    Changer(AdminApi api, Surroundings around, Findings findings, ConcurrentMap<String, AtomicInteger> tally) {
        this.api = api;
        this.around = around;
        this.findings = findings;
        this.tally = tally;
    }

    static ConcurrentMap<String, AtomicInteger> newTally() {
        return new ConcurrentHashMap<>();
    }

    /** The host is being killed: broken connections are expected. */
    void stop() {
        stopped = true;
    }

    /** Moves successive versions into the drop folder. */
    void byFolder(Subject subject, SplittableRandom random) {
        while (!stopped) {
            Subject.Jar jar = subject.nextJar(random.nextInt(around.slowestStartMillis()));
            Change change = new Change(Kind.INSTALL, jar.serial());
            try {
                Path staged = Files.write(around.staging().resolve(subject.id + ".jar"), jar.bytes());
                subject.possible.begin(change);
                Files.move(staged, subject.file(around.drop()), StandardCopyOption.ATOMIC_MOVE);
                Optional<Outcome> heard = awaitReceipt(subject, jar.serial());
                if (heard.isEmpty()) {
                    count("folder", "cut off");
                    return;
                }
                heard(subject, change, heard.get(), "a receipt of " + subject.id + " for serial " + jar.serial());
                count("folder", heard.get() == Outcome.DONE ? "done" : "ignored");
            } catch (IOException e) {
                findings.wrong("the drop folder: " + e);
            }
            pause(random);
        }
    }

    /** Waits for the receipt of a jar; empty if the host was stopped meanwhile. */
    private Optional<Outcome> awaitReceipt(Subject subject, int serial) throws IOException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(RECEIPT_SECONDS);
        while (!stopped) {
            Optional<Outcome> outcome = Receipt.of(subject.file(around.drop()))
                    .filter(receipt -> receipt.isFinal() && receipt.sha256().equals(subject.digest(serial)))
                    .map(Receipt::outcome);
            if (outcome.isPresent()) {
                return outcome;
            }
            if (System.nanoTime() > limit) {
                findings.wrong(
                        "no receipt of " + subject.id + " for serial " + serial + " in " + RECEIPT_SECONDS + " s");
                return Optional.of(Outcome.EITHER);
            }
            ServerProcess.pause(5);
        }
        return Optional.empty();
    }

    /** Uploads, rolls back, configures, disables and enables. */
    void byApi(Subject subject, SplittableRandom random) {
        while (!stopped) {
            Kind kind = draw(subject, random);
            Subject.Jar jar =
                    kind == Kind.INSTALL ? subject.nextJar(random.nextInt(around.slowestStartMillis())) : null;
            int number = kind == Kind.CONFIGURE ? subject.nextNumber() : 0;
            Change change = new Change(kind, jar == null ? number : jar.serial());
            subject.possible.begin(change);
            try {
                Wire.Answer answer = perform(subject, change, jar);
                Outcome outcome = outcome(subject, change, answer);
                heard(subject, change, outcome, answer.status() + " to " + change + " of " + subject.id);
                count(kind.name().toLowerCase(Locale.ROOT), outcome == Outcome.DONE ? "done" : "refused");
            } catch (IOException e) {
                findings.require(stopped, change + " of " + subject.id + " broke off: " + e);
                count(kind.name().toLowerCase(Locale.ROOT), "cut off");
                return;
            }
            pause(random);
        }
    }

    private static Kind draw(Subject subject, SplittableRandom random) {
        boolean off = subject.possible.all().stream().anyMatch(wanted -> !wanted.enabled());
        int drawn = random.nextInt(100);
        if (drawn < 15) {
            return off ? Kind.ENABLE : Kind.DISABLE;
        }
        if (drawn < 30) {
            return off ? Kind.ENABLE : Kind.ROLLBACK;
        }
        if (drawn < 45) {
            return Kind.ROLLBACK;
        }
        return drawn < 70 ? Kind.CONFIGURE : Kind.INSTALL;
    }

    private Wire.Answer perform(Subject subject, Change change, Subject.Jar jar) throws IOException {
        return switch (change.kind()) {
            case INSTALL -> api.install(jar.bytes());
            case CONFIGURE -> api.configure(subject.id, "{\"change\":" + change.value() + "}");
            case ROLLBACK -> api.change(subject.id, "rollback");
            case DISABLE -> api.change(subject.id, "disable");
            case ENABLE -> api.change(subject.id, "enable");
        };
    }

    private Outcome outcome(Subject subject, Change change, Wire.Answer answer) {
        return switch (answer.status()) {
            case 200 -> Outcome.DONE;
            case 409 -> Outcome.REFUSED;
            default -> {
                findings.wrong(
                        change + " of " + subject.id + " was answered " + answer.status() + ": " + answer.text());
                yield Outcome.EITHER;
            }
        };
    }

    private void heard(Subject subject, Change change, Outcome outcome, String what) {
        String before = subject.possible.all().toString();
        findings.require(subject.possible.end(change, outcome), what + " fits nothing that was possible: " + before);
    }

    private void count(String what, String outcome) {
        tally.computeIfAbsent(what + " " + outcome, key -> new AtomicInteger()).incrementAndGet();
    }

    private static void pause(SplittableRandom random) {
        ServerProcess.pause(random.nextInt(LONGEST_PAUSE_MILLIS));
    }

    /** The number of changes by kind and outcome. */
    static String told(Map<String, AtomicInteger> tally, String what, String outcome) {
        AtomicInteger count = tally.get(what + " " + outcome);
        return count == null ? "0" : count.toString();
    }
}
