package dev.busbar.host.cli;

import dev.busbar.host.archive.ArchiveKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code busbar backup create|list|keygen}: backups of a running host, and keys for them. */
final class BackupCommands {
    private static final String BACKUPS = "/admin/backups";
    private static final String PASSPHRASE = "BUSBAR_BACKUP_PASSPHRASE";

    private BackupCommands() {}

    /** The key of an archive: from a file, or from the environment; never an option, which all users can see. */
    static final class KeyOption {
        @CommandLine.Option(
                names = "--key-file",
                paramLabel = "FILE",
                description = "A file with the key or passphrase of the archive; else " + PASSPHRASE + ".")
        private @Nullable Path file;

        Optional<ArchiveKey> key(Console console) throws IOException {
            if (file != null) {
                return Optional.of(ArchiveKey.read(console.directory().resolve(file)));
            }
            String passphrase = console.environment().getOrDefault(PASSPHRASE, "");
            return passphrase.isEmpty() ? Optional.empty() : Optional.of(ArchiveKey.of(passphrase));
        }
    }

    /** {@code busbar backup create}. For one thread. */
    @CommandLine.Command(
            name = "create",
            description = "Back up the store of a running host, and wait until it is done.")
    static final class Create implements Callable<Integer> {
        private final Console console;
        private final AuditTail.Pause pause;

        @CommandLine.Mixin
        private final HostOptions host;

        /** @param pause waits between two looks at the backup */
        Create(Console console, AuditTail.Pause pause) {
            this.console = console;
            this.host = new HostOptions(console);
            this.pause = pause;
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Api api = host.api();
            Tree backup = api.send("POST", BACKUPS, Optional.empty());
            String path = BACKUPS + "/" + backup.text("id");
            while (backup.text("state").equals("RUNNING")) {
                console.progress(backup.number("rows") + " rows, " + (backup.number("bytes") >> 10) + " KiB");
                boolean unused = pause.next();
                backup = api.get(path, Api.SOON);
            }
            console.progress("");
            if (!backup.text("state").equals("DONE")) {
                throw new FailedException("the backup failed: " + Plain.text(backup.text("problem")));
            }
            if (host.isJson()) {
                console.print(backup.json());
            } else {
                console.print(backup.text("id"));
                console.print("  " + Plain.text(backup.text("file")) + "  on node " + Plain.text(backup.text("node")));
                console.print("  " + backup.number("rows") + " rows, " + (backup.number("bytes") >> 10) + " KiB, "
                        + (backup.get("encrypted").isTrue() ? "encrypted" : "not encrypted"));
                console.print("  SHA-256 " + backup.text("sha256"));
            }
            return Cli.DONE;
        }
    }

    /** {@code busbar backup list}. For one thread. */
    @CommandLine.Command(name = "list", description = "Show the backups of a running host, the newest first.")
    static final class ListBackups implements Callable<Integer> {
        @CommandLine.Mixin
        private final HostOptions host;

        ListBackups(Console console) {
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            Tree backups = host.api().get(BACKUPS, Api.SOON);
            Table table = new Table().row(List.of("ID", "STATE", "KIB", "ROWS", "MADE", "ENCRYPTED", "FILE"));
            for (Tree backup : backups.items()) {
                table.row(List.of(
                        backup.text("id"),
                        backup.text("state"),
                        String.valueOf(backup.number("bytes") >> 10),
                        String.valueOf(backup.number("rows")),
                        backup.get("automatic").isTrue() ? "automatically" : "on request",
                        backup.get("encrypted").isTrue() ? "yes" : "no",
                        backup.text("problem").isEmpty() ? backup.text("file") : backup.text("problem")));
            }
            return host.print(backups, table);
        }
    }

    /** {@code busbar backup keygen}. For one thread. */
    @CommandLine.Command(
            name = "keygen",
            description = {
                "Make a key to encrypt backups with. Needs no host; overwrites nothing.",
                "Keep a copy of it apart from the backups: without it they cannot be read."
            })
    static final class Keygen implements Callable<Integer> {
        private final Console console;

        @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @CommandLine.Parameters(paramLabel = "FILE", description = "The new file, for backup.keyFile.")
        private Path file = Path.of("");

        Keygen(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException, FailedException {
            Path target = console.directory().resolve(file);
            ByteBuffer line = ByteBuffer.wrap((ArchiveKey.generate() + "\n").getBytes(StandardCharsets.US_ASCII));
            try (FileChannel channel = FileChannel.open(
                    target,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                while (line.hasRemaining()) {
                    channel.write(line);
                }
                channel.force(true);
            }
            console.print(json ? Tree.of(Map.of("keyFile", target.toString())).json() : target.toString());
            return Cli.DONE;
        }
    }
}
