package dev.busbar.host.cli;

import dev.busbar.host.auditcheck.ExportCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code busbar audit verify}: verifies the audit trail. The host verifies it; or, with a file of checkpoints, this
 * process verifies the records of the host. For one thread.
 */
@CommandLine.Command(
        name = "verify",
        description = "Verify the chains of the audit trail: on the host, or here against signed checkpoints.")
final class AuditVerify implements Callable<Integer> {
    private static final String EXPORT = "/admin/audit?format=ndjson";

    private final Console console;

    @CommandLine.Mixin
    private final HostOptions host;

    @CommandLine.ArgGroup(exclusive = false)
    private @Nullable Checkpoints checkpoints;

    /** Signed checkpoints to verify against. */
    static final class Checkpoints {
        @CommandLine.Option(
                names = "--checkpoints",
                paramLabel = "FILE",
                required = true,
                description = "Verify here, against the checkpoints in this file.")
        private Path file = Path.of("");

        @CommandLine.Option(
                names = "--key",
                paramLabel = "FILE",
                description = "The public key of the checkpoints: a copy of audit/signing.pub.")
        private @Nullable Path key;

        @CommandLine.Option(
                names = "--max-age",
                paramLabel = "DURATION",
                defaultValue = "PT5M",
                description = "Records older than this, such as PT2H, must be covered by a checkpoint; default PT5M.")
        private Duration maxAge = Duration.ofMinutes(5);
    }

    AuditVerify(Console console) {
        this.console = console;
        this.host = new HostOptions(console);
    }

    @Override
    public Integer call() throws FailedException, InterruptedException {
        Optional<Path> file = Optional.ofNullable(checkpoints)
                .map(given -> console.directory().resolve(given.file));
        Optional<Path> key =
                Optional.ofNullable(checkpoints).map(given -> given.key).map(console.directory()::resolve);
        Duration maxAge =
                Optional.ofNullable(checkpoints).map(given -> given.maxAge).orElse(Duration.ZERO);
        Tree verification = file.isPresent()
                ? verify(file.get(), key, Instant.now().minus(maxAge))
                : host.api().get("/admin/audit/verify", Api.LATE);
        boolean intact = isIntact(verification);
        if (host.isJson()) {
            console.print(verification.json());
        } else {
            show(verification, file);
            console.print(intact ? "intact" : "NOT INTACT");
        }
        return intact ? Cli.DONE : Cli.NOT_INTACT;
    }

    private Tree verify(Path file, Optional<Path> key, Instant overdue) throws FailedException, InterruptedException {
        Api api = host.api();
        ExportCheck check = open(file, key, overdue);
        if (key.isEmpty()) {
            console.errors()
                    .println("the key was taken from " + Plain.text(file.toString())
                            + " itself: whoever can write that file can have chosen it (expected: --key=FILE, a copy of"
                            + " audit/signing.pub)");
        }
        try (InputStream export = api.open(EXPORT, "application/x-ndjson", Api.LATE)) {
            return Tree.of(check.verify(export));
        } catch (IOException e) {
            throw api.failure(e);
        }
    }

    private static ExportCheck open(Path checkpoints, Optional<Path> key, Instant overdue) throws FailedException {
        try {
            return ExportCheck.of(checkpoints, key, overdue);
        } catch (NoSuchFileException e) {
            throw new FailedException(Plain.text(String.valueOf(e.getFile())) + " does not exist", e);
        } catch (IOException e) {
            throw new FailedException(Plain.text(String.valueOf(e.getMessage())), e);
        }
    }

    /** A verification that names no chain proves nothing. */
    private static boolean isIntact(Tree verification) {
        List<Tree> chains = verification.get("chains").items();
        return verification.get("intact").isTrue()
                && !chains.isEmpty()
                && chains.stream().noneMatch(chain -> chain.get("fault").isThere());
    }

    private void show(Tree verification, Optional<Path> file) {
        List<Tree> chains = verification.get("chains").items();
        if (chains.isEmpty()) {
            console.print("there is no chain, which cannot be: each node has one");
        }
        for (Tree chain : chains) {
            console.print(line(chain));
            if (!chain.get("outside").isTrue()) {
                console.print(
                        "  checked against the store's own checkpoints alone, which whoever can write the store can"
                                + " remove");
            } else if (chain.number("checkpoints") == 0) {
                String where = file.map(path -> Plain.text(path.toString())).orElse("the file of checkpoints");
                console.print("  there is no checkpoint of it in " + where + " that fits");
            }
        }
    }

    private static String line(Tree chain) {
        String node = "chain " + Plain.word(chain.text("node")) + ": ";
        Tree fault = chain.get("fault");
        if (fault.isThere()) {
            return node + Plain.text(fault.text("kind")) + " at record " + fault.number("seq") + ": "
                    + Plain.text(fault.text("what"));
        }
        String tail = chain.number("unprotected") == 0
                ? "none is unprotected"
                : "the last " + chain.number("unprotected") + " of them could be cut off or rewritten unnoticed";
        return node + chain.number("records") + " records in order, " + chain.number("checkpoints")
                + " checkpoints fit, " + tail;
    }
}
