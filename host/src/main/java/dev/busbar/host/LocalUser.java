package dev.busbar.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Users of this machine, as owners of files and processes: by their numbers where the system tells them, because in a
 * container a user often has no name. Stateless.
 */
public final class LocalUser {
    private static final Path PROCESSES = Path.of("/proc");
    /** The index of the start time among the fields of {@code /proc/<pid>/stat} that follow the name. */
    private static final int START = 19;

    private LocalUser() {}

    private static boolean isNumeric() {
        return Files.exists(PROCESSES.resolve("self"));
    }

    /** The owner of a file, of a link that of the link. */
    public static String ownerOf(Path file) throws IOException {
        return isNumeric()
                ? String.valueOf(Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                : Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
    }

    /** The user of a process; empty if that cannot be seen. */
    public static Optional<String> of(ProcessHandle process) {
        try {
            return isNumeric()
                    ? Optional.of(ownerOf(PROCESSES.resolve(String.valueOf(process.pid()))))
                    : process.info().user();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** True for the user who may do everything on this machine. */
    static boolean isRoot(String user) {
        return user.equals("0") || user.equals("root");
    }

    /**
     * The start of a process in ticks since the start of the machine, which no change of the clock moves; empty where the
     * system does not tell it.
     */
    public static Optional<Long> startTicks(long pid) {
        try {
            String stat = Files.readString(
                    PROCESSES.resolve(String.valueOf(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
            return fields.length > START ? Optional.of(Long.valueOf(fields[START])) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
