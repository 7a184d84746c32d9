package dev.busbar.host.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code busbar documents} and {@code busbar plugins remove}: the lasting state of a platform. An export is a directory:
 * {@code documents.ndjson} and {@code blobs.ndjson} with one a line, and the content of each blob in {@code
 * blobs/<sha256>}, so that no name of a blob becomes the name of a file.
 */
final class StateCommands {
    private static final Duration TRANSFER = Duration.ofMinutes(11);
    private static final String DOCUMENTS = "documents.ndjson";
    private static final String BLOBS = "blobs.ndjson";
    private static final String CONTENTS = "blobs";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PLATFORM = Pattern.compile("[a-z][a-z0-9-]{1,40}");

    private StateCommands() {}

    /** Reads the id of a platform. */
    static final class PlatformConverter implements CommandLine.ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!PLATFORM.matcher(value).matches()) {
                throw new CommandLine.TypeConversionException("not the id of a platform (expected: such as billing)");
            }
            return value;
        }
    }

    /** {@code busbar documents export}. For one thread. */
    @CommandLine.Command(name = "export", description = "Write the documents and blobs of a platform to a directory.")
    static final class Export implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(
                paramLabel = "PLATFORM",
                converter = PlatformConverter.class,
                description = "The id of the platform.")
        private String platform = "";

        @CommandLine.Option(
                names = "--to",
                required = true,
                paramLabel = "DIR",
                description = "A new or empty directory.")
        private @Nullable Path to;

        Export(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws IOException, FailedException, InterruptedException {
            Path folder = console.directory().resolve(String.valueOf(to));
            requireEmpty(folder);
            Api api = host.api();
            Path contents = Files.createDirectories(folder.resolve(CONTENTS));
            Path part = folder.resolve(DOCUMENTS + ".part");
            try (InputStream lines = api.open(state(platform) + "/documents", "application/x-ndjson", TRANSFER)) {
                long unused = Files.copy(lines, part);
            }
            Path unused = Files.move(part, folder.resolve(DOCUMENTS));
            List<String> blobs = new ArrayList<>();
            String after = "";
            do {
                Tree page = api.get(Api.path(state(platform) + "/blobs", Map.of("after", after)), Api.SOON);
                for (Tree blob : page.get("blobs").items()) {
                    save(api, blob, contents);
                    blobs.add(blob.json());
                }
                after = page.text("next");
            } while (!after.isEmpty());
            Path unusedToo = Files.write(folder.resolve(BLOBS), blobs);
            try (Stream<String> lines = Files.lines(folder.resolve(DOCUMENTS))) {
                return report(console, host, "exported", lines.count(), blobs.size());
            }
        }

        private void save(Api api, Tree blob, Path contents) throws IOException, FailedException, InterruptedException {
            String sha256 = digest(blob);
            Path file = contents.resolve(sha256);
            if (Files.exists(file)) {
                return;
            }
            String path = Api.path(state(platform) + "/blob", Map.of("name", blob.text("name")));
            Path part = contents.resolve(sha256 + ".part");
            MessageDigest digest = sha256();
            try (InputStream content =
                    new DigestInputStream(api.open(path, "application/octet-stream", TRANSFER), digest)) {
                long unused = Files.copy(content, part);
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
                throw new FailedException("blob " + Plain.text(blob.text("name"), 200)
                        + ": its content does not have the digest that the host names; export again");
            }
            Path unused = Files.move(part, file);
        }
    }

    /** {@code busbar documents import}. For one thread. */
    @CommandLine.Command(
            name = "import",
            description = "Store an export as the state of a platform, in the place of what has the same names.")
    static final class Import implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(
                paramLabel = "PLATFORM",
                converter = PlatformConverter.class,
                description = "The id of the platform.")
        private String platform = "";

        @CommandLine.Option(
                names = "--from",
                required = true,
                paramLabel = "DIR",
                description = "The directory of an export.")
        private @Nullable Path from;

        Import(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws IOException, FailedException, InterruptedException {
            Path folder = console.directory().resolve(String.valueOf(from));
            List<Tree> blobs = new ArrayList<>();
            for (String line : Files.readAllLines(folder.resolve(BLOBS))) {
                Tree blob = Tree.parse(line.getBytes(StandardCharsets.UTF_8));
                Path content = folder.resolve(CONTENTS).resolve(digest(blob));
                if (!Files.isRegularFile(content)) {
                    throw new FailedException(Plain.text(content.toString()) + " is missing; nothing was imported");
                }
                blobs.add(blob);
            }
            Api api = host.api();
            Tree imported = api.send(
                    "POST",
                    state(platform) + "/documents",
                    "application/x-ndjson",
                    BodyPublishers.ofFile(folder.resolve(DOCUMENTS)),
                    TRANSFER);
            for (Tree blob : blobs) {
                send(api, blob, folder.resolve(CONTENTS).resolve(digest(blob)));
            }
            return report(console, host, "imported", imported.number("documents"), blobs.size());
        }

        private void send(Api api, Tree blob, Path content) throws IOException, FailedException, InterruptedException {
            String path = Api.path(
                    state(platform) + "/blob", Map.of("name", blob.text("name"), "mediaType", blob.text("mediaType")));
            Tree stored = api.send("PUT", path, "application/octet-stream", BodyPublishers.ofFile(content), TRANSFER);
            if (!stored.text("sha256").equals(digest(blob))) {
                throw new FailedException("blob " + Plain.text(blob.text("name"), 200) + ": " + content
                        + " is not what was exported; it was stored all the same");
            }
        }
    }

    /** {@code busbar plugins remove}. For one thread. */
    @CommandLine.Command(name = "remove", description = "Remove a plugin; its documents and blobs stay.")
    static final class Remove implements Callable<Integer> {
        private final Console console;

        @CommandLine.Mixin
        private final HostOptions host;

        @CommandLine.Parameters(
                paramLabel = "ID",
                converter = PlatformConverter.class,
                description = "The id of the plugin.")
        private String id = "";

        @CommandLine.Option(
                names = "--purge",
                description = "Remove its documents and blobs too. There is no way back.")
        private boolean purge;

        Remove(Console console) {
            this.console = console;
            this.host = new HostOptions(console);
        }

        @Override
        public Integer call() throws FailedException, InterruptedException {
            String path = "/admin/plugins/" + id + (purge ? "?purge=true" : "");
            Tree removed = host.api().send("DELETE", path, new byte[0], Api.LATE);
            if (host.isJson()) {
                console.print(removed.json());
            } else if (purge) {
                console.print("removed with " + removed.number("documents") + " documents of "
                        + removed.number("documentBytes")
                        + " bytes and " + removed.number("blobs") + " blobs of " + removed.number("blobBytes")
                        + " bytes");
            } else {
                console.print("removed; its documents and blobs stay");
            }
            return Cli.DONE;
        }
    }

    private static String state(String platform) {
        return "/admin/state/" + platform;
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw new FileAlreadyExistsException(folder.toString());
                }
            }
        }
    }

    /** The digest of a blob, which is the name of its file. */
    private static String digest(Tree blob) throws FailedException {
        String sha256 = blob.text("sha256");
        if (!SHA256.matcher(sha256).matches()) {
            throw new FailedException("a blob has the digest \"" + Plain.text(sha256, 100)
                    + "\" (expected: 64 hexadecimal digits); nothing was imported");
        }
        return sha256;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static int report(Console console, HostOptions host, String done, long documents, long blobs)
            throws FailedException {
        if (host.isJson()) {
            console.print(
                    Tree.of(Map.of("documents", documents, "blobs", blobs)).json());
        } else {
            console.print(done + " " + documents + " documents and " + blobs + " blobs");
        }
        return Cli.DONE;
    }
}
