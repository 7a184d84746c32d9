package dev.busbar.host.cli;

import dev.busbar.host.archive.Manifest;
import dev.busbar.host.auditcheck.Verification;
import dev.busbar.host.config.ConfigurationException;
import dev.busbar.host.config.Sources;
import dev.busbar.host.recovery.ArchiveCheck;
import dev.busbar.host.recovery.Restore;
import dev.busbar.host.recovery.StoreMigration;
import dev.busbar.host.settings.HostSettings;
import dev.busbar.host.store.StoreException;
import dev.busbar.host.store.StoreSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code busbar backup verify|restore} and {@code busbar store migrate}: commands that need no host, and of which the last
 * two want it stopped.
 */
final class RecoveryCommands {
    private RecoveryCommands() {}

    private interface Work<T> {
        T run() throws IOException;
    }

    /** Runs work whose failures are one sentence for the operator. */
    private static <T> T recovering(Work<T> work) throws FailedException {
        try {
            return work.run();
        } catch (NoSuchFileException e) {
            throw new FailedException(Plain.text(String.valueOf(e.getFile())) + " does not exist", e);
        } catch (IOException | IllegalStateException | StoreException e) {
            throw new FailedException(Plain.text(reason(e)), e);
        }
    }

    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        boolean speaks = e.getClass().getName().startsWith("dev.busbar") || e.getClass() == IOException.class;
        return speaks ? message : message + " (" + e.getClass().getSimpleName().replaceAll("Exception$", "") + ")";
    }

    /** The settings of the host that is stopped, as {@code busbar serve} would read them. */
    private static HostSettings settings(Console console, @Nullable Path data, List<String> configuration)
            throws FailedException {
        List<String> arguments = new ArrayList<>(configuration);
        if (data != null) {
            arguments.add("--data=" + console.directory().resolve(data));
        }
        try {
            return HostSettings.load(new Sources(console.environment(), arguments, console.directory()));
        } catch (ConfigurationException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireDigest(Path archive, @Nullable String sha256) throws IOException, FailedException {
        if (sha256 == null) {
            return;
        }
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: unknown (expected: every JDK has it)", e);
        }
        try (InputStream in = Files.newInputStream(archive)) {
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equalsIgnoreCase(sha256)) {
            throw new FailedException("the archive has the SHA-256 " + found + " (expected: that of --sha256)");
        }
    }

    /** {@code busbar backup verify}. For one thread. */
    @CommandLine.Command(
            name = "verify",
            description = {
                "Verify an archive: each entry, and a restore into a temporary store with its audit chains.",
                "Needs no host, but space for the restore."
            })
    static final class Verify implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final BackupCommands.KeyOption key = new BackupCommands.KeyOption();

        @CommandLine.Option(
                names = "--sha256",
                paramLabel = "HEX",
                description = "The digest of the archive, as \"backup create\" and the audit log name it.")
        private @Nullable String sha256;

        @CommandLine.Option(names = "--entries-only", description = "Restore nothing.")
        private boolean entriesOnly;

        @CommandLine.Option(
                names = "--scratch",
                paramLabel = "DIR",
                description = "The folder for the temporary store; else the system's for temporary files.")
        private @Nullable Path scratch;

        @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @CommandLine.Parameters(paramLabel = "ARCHIVE", description = "The archive.")
        private Path archive = Path.of("");

        Verify(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException, FailedException {
            Path file = console.directory().resolve(archive);
            ArchiveCheck.Result result = recovering(() -> check(file));
            boolean intact = result.audit().map(Verification::intact).orElse(true);
            if (json) {
                Map<String, Object> found = new LinkedHashMap<>();
                found.put("header", result.manifest().header());
                found.put("entries", result.manifest().entries().size());
                found.put("tables", result.manifest().tables());
                result.audit().ifPresent(audit -> found.put("audit", audit));
                found.put("intact", intact);
                console.print(Tree.of(found).json());
            } else {
                print(result);
                console.print(intact ? "intact" : "NOT INTACT");
            }
            return intact ? Cli.DONE : Cli.NOT_INTACT;
        }

        private ArchiveCheck.Result check(Path file) throws IOException {
            try {
                requireDigest(file, sha256);
            } catch (FailedException e) {
                throw new IOException(e.getMessage(), e);
            }
            if (entriesOnly) {
                return new ArchiveCheck.Result(ArchiveCheck.entries(file, key.key(console)), Optional.empty());
            }
            Path folder = scratch == null
                    ? Path.of(System.getProperty("java.io.tmpdir"))
                    : console.directory().resolve(scratch);
            return ArchiveCheck.rehearse(file, key.key(console), folder);
        }

        private void print(ArchiveCheck.Result result) {
            Manifest manifest = result.manifest();
            Manifest.Header header = manifest.header();
            console.print(Plain.text(header.id() + " of node " + header.node() + ", " + header.createdAt()
                    + ", version " + header.version() + ", schema " + header.schema()));
            console.print("  " + manifest.entries().size() + " entries, " + manifest.totalRows() + " rows in "
                    + manifest.tables().size() + " tables");
            result.audit().ifPresent(audit -> audit.chains()
                    .forEach(chain -> console.print(Plain.text("  audit chain " + chain.node() + ": "
                            + chain.fault()
                                    .map(fault -> fault.kind() + " at record " + fault.seq() + ": " + fault.what())
                                    .orElse(chain.records() + " records in order")))));
        }
    }

    /** {@code busbar backup restore}. For one thread. */
    @CommandLine.Command(
            name = "restore",
            description = {
                "Restore an archive onto a host that is stopped. Reads the configuration as \"busbar serve\" does;",
                "each key of it can be given, such as --store.url=jdbc:postgresql://db/busbar."
            })
    static final class RestoreBackup implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final BackupCommands.KeyOption key = new BackupCommands.KeyOption();

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The data directory of the host; else as configured.")
        private @Nullable Path data;

        @CommandLine.Option(
                names = "--sha256",
                paramLabel = "HEX",
                description = "The digest of the archive, as \"backup create\" and the audit log name it.")
        private @Nullable String sha256;

        @CommandLine.Option(names = "--force", description = "Replace a store that is there.")
        private boolean force;

        @CommandLine.Option(
                names = "--revoke-all",
                description = "Delete all keys and signing keys; the next start makes a new admin key.")
        private boolean revokeAll;

        @CommandLine.Option(
                names = "--as-copy",
                description = "Pause schedules, disable webhooks, cancel jobs: the host that was backed up goes on.")
        private boolean asCopy;

        @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @CommandLine.Parameters(paramLabel = "ARCHIVE", description = "The archive.")
        private Path archive = Path.of("");

        @CommandLine.Unmatched
        private final List<String> configuration = new ArrayList<>();

        RestoreBackup(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException, FailedException {
            HostSettings settings = settings(console, data, configuration);
            Path file = console.directory().resolve(archive);
            Restore.Report report = recovering(() -> restore(file, settings));
            if (json) {
                console.print(Tree.of(json(report)).json());
            } else {
                print(report);
            }
            return Cli.DONE;
        }

        private Restore.Report restore(Path file, HostSettings settings) throws IOException {
            try {
                requireDigest(file, sha256);
            } catch (FailedException e) {
                throw new IOException(e.getMessage(), e);
            }
            return Restore.run(
                    file,
                    key.key(console),
                    new Restore.Target(settings.base().data(), settings.base().store()),
                    new Restore.Options(force, revokeAll, asCopy),
                    Clock.systemUTC());
        }

        private static Map<String, Object> json(Restore.Report report) {
            Map<String, Object> done = new LinkedHashMap<>();
            done.put("backup", report.manifest().header());
            done.put("rows", report.manifest().totalRows());
            done.put("node", report.node());
            done.put("access", report.access());
            done.put(
                    "movedAside",
                    report.movedAside().stream().map(Path::toString).toList());
            report.replacedSchema().ifPresent(schema -> done.put("replacedSchema", schema));
            done.put("files", report.files().toString());
            return done;
        }

        private void print(Restore.Report report) {
            Manifest.Header header = report.manifest().header();
            console.print(Plain.text("restored " + header.id() + " of " + header.createdAt() + ": "
                    + report.manifest().totalRows() + " rows"));
            console.print("  this node is now " + report.node() + "; its audit chain begins with the restore");
            report.movedAside().forEach(path -> console.print("  moved aside: " + Plain.text(path.toString())));
            report.replacedSchema()
                    .ifPresent(schema -> console.print("  the tables that were replaced are in schema " + schema
                            + " of the same database; drop it when they are no longer needed"));
            console.print("  files of the backup, not put in place: "
                    + Plain.text(report.files().toString()));
            console.print("keys that are valid now, also those that were revoked or rotated after the backup:");
            Table keys = new Table().row(List.of("KEY", "OWNER", "NAME", "ROLES", "EXPIRES", "BEFORE"));
            report.access()
                    .keys()
                    .forEach(each -> keys.row(List.of(
                            each.id(),
                            each.owner() + (each.ownerDisabled() ? " (disabled)" : ""),
                            each.name(),
                            each.roles(),
                            each.expiresAt().map(String::valueOf).orElse("never"),
                            each.revokedBefore()
                                    .map(revoked -> revoked ? "REVOKED" : "")
                                    .orElse("unknown"))));
            keys.lines().forEach(console::print);
            console.print("principals:");
            Table members = new Table().row(List.of("PRINCIPAL", "ROLES"));
            report.access().members().forEach(each -> members.row(List.of(each.principal(), each.roles())));
            members.lines().forEach(console::print);
        }
    }

    /** {@code busbar store migrate}. For one thread. */
    @CommandLine.Command(
            name = "migrate",
            description = {
                "Copy the store into an empty one, on H2 or PostgreSQL, and compare every row. All hosts are stopped.",
                "Reads the configuration as \"busbar serve\" does; each key of it can be given.",
                "The password of the new store is read from BUSBAR_TO_PASSWORD."
            })
    static final class Migrate implements Callable<Integer> {
        private final Console console;

        @CommandLine.Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The data directory of the host; else as configured.")
        private @Nullable Path data;

        @CommandLine.Option(
                names = "--to-url",
                paramLabel = "JDBC-URL",
                required = true,
                description = "The new store, as in store.url: jdbc:postgresql://… or jdbc:h2:file:….")
        private String url = "";

        @CommandLine.Option(
                names = "--to-user",
                paramLabel = "NAME",
                description = "The login there, as in store.user.")
        private String user = "";

        @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @CommandLine.Unmatched
        private final List<String> configuration = new ArrayList<>();

        Migrate(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws FailedException {
            HostSettings settings = settings(console, data, configuration);
            StoreSettings target = target();
            List<StoreMigration.Copied> copied =
                    recovering(() -> StoreMigration.run(settings.base().store(), target));
            if (json) {
                console.print(Tree.of(Map.of("tables", copied)).json());
            } else {
                Table table = new Table().row(List.of("TABLE", "ROWS"));
                copied.forEach(each -> table.row(List.of(each.table(), String.valueOf(each.rows()))));
                table.lines().forEach(console::print);
                console.print("copied and compared; set store.url, and do not start a host on the old store again");
            }
            return Cli.DONE;
        }

        private StoreSettings target() throws FailedException {
            try {
                return StoreSettings.of(url, user, console.environment().getOrDefault("BUSBAR_TO_PASSWORD", ""));
            } catch (IllegalArgumentException e) {
                throw new FailedException("--to-" + Plain.text(String.valueOf(e.getMessage())), e);
            }
        }
    }
}
