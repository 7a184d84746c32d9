package dev.busbar.host.backup;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * The settings of backups. Immutable.
 *
 * @param directory the directory of the archives of this node
 * @param keyFile a file with the key or passphrase that encrypts archives; empty for archives that are not encrypted
 * @param automatic when backups are made without being asked for; empty for never
 * @param retention which automatic backups are deleted
 * @param files the files that are backed up with the store
 */
public record BackupSettings(
        Path directory,
        Optional<Path> keyFile,
        Optional<Automatic> automatic,
        Retention retention,
        List<IncludedFile> files) {
    /** Copies the list. */
    public BackupSettings {
        files = List.copyOf(files);
    }

    /**
     * A file, or all regular files in a directory, that is part of a backup.
     *
     * @param folder where it stands in the archive, below {@code files}
     * @param path the file or directory; may be missing
     */
    public record IncludedFile(String folder, Path path) {}

    /**
     * Which automatic backups stay; the newest does whatever its age.
     *
     * @param keep how many, of all nodes that share the directory
     * @param maxAge for how long; empty for any age
     */
    public record Retention(int keep, Optional<Duration> maxAge) {
        /** Validates the values. */
        public Retention {
            if (keep < 1
                    || maxAge.filter(age -> age.isNegative() || age.isZero()).isPresent()) {
                throw new IllegalArgumentException(
                        "keep: " + keep + ", maxAge: " + maxAge + " (expected: at least 1, and more than 0s)");
            }
        }
    }

    /** When automatic backups are made. */
    public sealed interface Automatic {
        /** When the next backup is due after the last good one. */
        Instant next(Instant last);

        /** The usual time between two of them. */
        Duration period();
    }

    /** A backup each time that this much time has passed since the last good one. */
    public record Every(Duration period) implements Automatic {
        private static final Duration MIN = Duration.ofMinutes(1);

        /** Validates the value. */
        public Every {
            if (period.compareTo(MIN) < 0) {
                throw new IllegalArgumentException("interval: " + period + " (expected: at least 1m)");
            }
        }

        @Override
        public Instant next(Instant last) {
            return last.plus(period);
        }
    }

    /** A backup each day at a time; one that does not exist on that day, at the end of the gap. */
    public record Daily(LocalTime at, ZoneId zone) implements Automatic {
        @Override
        public Instant next(Instant last) {
            LocalDate day = last.atZone(zone).toLocalDate();
            Instant today = day.atTime(at).atZone(zone).toInstant();
            return today.isAfter(last)
                    ? today
                    : day.plusDays(1).atTime(at).atZone(zone).toInstant();
        }

        @Override
        public Duration period() {
            return Duration.ofDays(1);
        }
    }
}
