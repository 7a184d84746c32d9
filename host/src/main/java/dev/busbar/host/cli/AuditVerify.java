package dev.busbar.host.cli;

import dev.busbar.host.audit.ExportCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code busbar audit verify}: whether the audit can be believed. Asks the host; or, with a file of checkpoints, takes
 * the records alone from the host and checks them here. Stateless.
 */
final class AuditVerify implements Command.Action {
    private static final String EXPORT = "/admin/audit?format=ndjson";

    static Command command() {
        return new Command(
                "audit verify",
                "[--checkpoints=FILE [--key=FILE]]",
                "Check the chains of the audit: by the host, or here against signed checkpoints",
                Set.of("checkpoints", "key"),
                Set.of(),
                new AuditVerify());
    }

    @Override
    public int run(Call call) throws FailedException, UsageException, InterruptedException {
        Optional<Path> checkpoints = call.file("checkpoints");
        Optional<Path> key = call.file("key");
        if (key.isPresent() && checkpoints.isEmpty()) {
            throw new UsageException("--key needs --checkpoints=FILE, whose signatures it is for");
        }
        Tree verification = checkpoints.isPresent()
                ? check(call, checkpoints.get(), key)
                : call.api().get("/admin/audit/verify", Api.LATE);
        boolean intact = isIntact(verification);
        if (call.isJson()) {
            call.print(verification.json());
        } else {
            show(call, verification, checkpoints);
            call.print(intact ? "intact" : "NOT INTACT");
        }
        return intact ? 0 : 1;
    }

    private static Tree check(Call call, Path checkpoints, Optional<Path> key)
            throws FailedException, UsageException, InterruptedException {
        Api api = call.api();
        ExportCheck check = open(checkpoints, key);
        if (key.isEmpty()) {
            call.notes()
                    .println("the key was taken from " + Plain.text(checkpoints.toString())
                            + " itself: whoever can write that file can have chosen it (expected: --key=FILE, a copy of"
                            + " audit/signing.pub)");
        }
        try (InputStream export = api.open(EXPORT, "application/x-ndjson", Api.LATE)) {
            return Tree.of(check.verify(export));
        } catch (IOException e) {
            throw api.failure(e);
        }
    }

    private static ExportCheck open(Path checkpoints, Optional<Path> key) throws FailedException {
        try {
            return ExportCheck.of(checkpoints, key);
        } catch (NoSuchFileException e) {
            throw new FailedException(Plain.text(String.valueOf(e.getFile())) + " is not there", e);
        } catch (IOException e) {
            throw new FailedException(Plain.text(String.valueOf(e.getMessage())), e);
        }
    }

    /** What says nothing of any chain proves nothing. */
    private static boolean isIntact(Tree verification) {
        List<Tree> chains = verification.get("chains").items();
        return verification.get("intact").isTrue()
                && !chains.isEmpty()
                && chains.stream().noneMatch(chain -> chain.get("fault").isThere());
    }

    private static void show(Call call, Tree verification, Optional<Path> checkpoints) {
        List<Tree> chains = verification.get("chains").items();
        if (chains.isEmpty()) {
            call.print("there is no chain, which cannot be: each node has one");
        }
        for (Tree chain : chains) {
            call.print(line(chain));
            if (!chain.get("outside").isTrue()) {
                call.print("  checked against the store's own checkpoints alone, which whoever can write the store can"
                        + " remove");
            } else if (chain.number("checkpoints") == 0) {
                String where =
                        checkpoints.map(file -> Plain.text(file.toString())).orElse("the file of checkpoints");
                call.print("  there is no checkpoint of it in " + where + " that fits");
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
                : "the last " + chain.number("unprotected") + " of them could be cut off or written anew unnoticed";
        return node + chain.number("records") + " records in order, " + chain.number("checkpoints")
                + " checkpoints fit, " + tail;
    }
}
