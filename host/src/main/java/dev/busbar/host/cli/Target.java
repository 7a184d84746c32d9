package dev.busbar.host.cli;

import dev.busbar.host.LocalUser;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Address and key of the host that a command talks to. The key of a data directory is sent to a host on this machine
 * only, and no key is sent unencrypted to another machine without {@code --insecure}. Immutable.
 */
final class Target {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[(::1|0(:0){6}:1)]");
    private static final Pattern KEY = Pattern.compile("[!-~]{1,512}");
    private static final int MAX_FILE_BYTES = 1 << 16;
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final URI url;
    private final String origin;
    private final String key;

    private Target(URI url, String origin, String key) {
        this.url = url;
        this.origin = origin;
        this.key = key;
    }

    /**
     * The target of a command.
     *
     * @param named the address of {@code --url}
     * @param data the data directory, for the address of a running host and for its key
     * @param insecure whether the key may be sent unencrypted to another machine
     * @throws FailedException when there is no host or no key, or the key must not be sent there
     */
    static Target of(Optional<URI> named, Path data, boolean insecure, Map<String, String> environment)
            throws FailedException {
        URI url = named.isPresent() ? named.get() : running(data);
        String origin =
                named.isPresent() ? "--url" : data.resolve("busbar.json").toString();
        boolean local = LOOPBACK.matcher(url.getHost()).matches();
        if (!local && url.getScheme().equals("http") && !insecure) {
            throw new FailedException("the key would travel unencrypted to " + url
                    + " (expected: https, a host of this machine, or --insecure)");
        }
        Optional<String> own = Optional.ofNullable(environment.get("BUSBAR_KEY"));
        boolean trusted = named.isEmpty() || local;
        String key = own.isPresent() ? checked(own.get(), "BUSBAR_KEY") : stored(data, url, trusted);
        return new Target(url, origin, key);
    }

    /** The address of a host: scheme and authority, without a user. Empty for any other text. */
    static Optional<URI> parse(String text) {
        try {
            URI url = new URI(text);
            boolean fits = url.getHost() != null
                    && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))
                    && url.getUserInfo() == null
                    && url.getQuery() == null
                    && url.getFragment() == null
                    && (url.getPath().isEmpty() || url.getPath().equals("/"));
            return fits ? Optional.of(new URI(url.getScheme() + "://" + url.getAuthority())) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static URI running(Path data) throws FailedException {
        Path file = data.resolve("busbar.json");
        Tree run = Tree.parse(read(
                file,
                "no host runs on " + data
                        + ": there is no busbar.json (expected: one that \"busbar serve\" has started; or name a host with --url,"
                        + " another directory with --data)"));
        requireRunning(file, run);
        String text = run.get("adminUrl").text().orElse(run.text("url"));
        // A host that listens on all addresses is called at a loopback address.
        String reachable =
                text.replaceFirst("//0\\.0\\.0\\.0(?=:|$)", "//127.0.0.1").replaceFirst("//\\[::]", "//[::1]");
        return parse(reachable).orElseThrow(() -> new FailedException(file + " names no host"));
    }

    /** The process that wrote the file must still run: once it has died, anybody may listen at its address. */
    private static void requireRunning(Path file, Tree run) throws FailedException {
        boolean runs = ProcessHandle.of(run.number("pid"))
                .filter(ProcessHandle::isAlive)
                .filter(process -> isOfOwner(file, process) && isAsOld(process, run))
                .isPresent();
        if (!runs) {
            throw new FailedException(
                    "the host that wrote " + file + " does not run any more, and anybody may listen at"
                            + " its address (expected: a running host in this process namespace, or its address with --url)");
        }
    }

    private static boolean isOfOwner(Path file, ProcessHandle process) {
        try {
            String owner = LocalUser.ownerOf(file);
            Path folder = file.toAbsolutePath().getParent();
            boolean ours =
                    LocalUser.of(ProcessHandle.current()).filter(owner::equals).isPresent()
                            || (folder != null && owner.equals(LocalUser.ownerOf(folder.toRealPath())));
            return ours && LocalUser.of(process).filter(owner::equals).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** True if the process began when the writer of the file did, so that its number was not given to another one. */
    private static boolean isAsOld(ProcessHandle process, Tree run) {
        if (run.get("startTicks").isThere()) {
            return LocalUser.startTicks(process.pid())
                    .filter(ticks -> ticks == run.number("startTicks"))
                    .isPresent();
        }
        try {
            Instant latest = Instant.parse(run.text("startedAt")).plus(CLOCK_TOLERANCE);
            return process.info().startInstant().filter(latest::isAfter).isPresent();
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static String stored(Path data, URI url, boolean trusted) throws FailedException {
        if (!trusted) {
            throw new FailedException("there is no key for " + url + " (expected: one in BUSBAR_KEY; that of " + data
                    + " is not sent to another machine)");
        }
        Path file = data.resolve("admin.key");
        byte[] bytes = read(file, "there is no key (expected: one in BUSBAR_KEY, or in " + file + ")");
        return checked(new String(bytes, StandardCharsets.ISO_8859_1), file.toString());
    }

    private static String checked(String text, String where) throws FailedException {
        String key = text.strip();
        if (!KEY.matcher(key).matches()) {
            throw new FailedException(where + " holds no key (expected: such as bsb_live_…)");
        }
        return key;
    }

    private static byte[] read(Path file, String missing) throws FailedException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new FailedException(file + " is too long to be what it should be");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new FailedException(missing);
        } catch (IOException e) {
            throw new FailedException(file + " cannot be read: " + e.getClass().getSimpleName());
        }
    }

    /** Address of the host. */
    URI url() {
        return url;
    }

    /** Source of the address, for error messages. */
    String origin() {
        return origin;
    }

    String key() {
        return key;
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
