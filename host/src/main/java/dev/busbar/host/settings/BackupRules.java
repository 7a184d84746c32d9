package dev.busbar.host.settings;

import dev.busbar.host.backup.BackupSettings;
import dev.busbar.host.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code backup}.
 *
 * @param directory the directory of archives
 * @param keyFile a file with the key or passphrase of archives
 * @param interval the time between automatic backups
 * @param at the time of day of a daily automatic backup, such as 02:30
 * @param zone the time zone of {@code at}
 * @param keep how many automatic backups stay
 * @param maxAge how long automatic backups stay
 */
record BackupRules(
        Optional<Path> directory,
        Optional<Path> keyFile,
        Optional<Duration> interval,
        Optional<String> at,
        String zone,
        int keep,
        Optional<Duration> maxAge) {
    private static final String SECTION = "backup";

    /** Validates the values. */
    BackupRules {
        if (interval.isPresent() && at.isPresent()) {
            throw new IllegalArgumentException(
                    "interval: " + interval.get() + ", at: " + at.get() + " (expected: one of them)");
        }
        Optional<BackupSettings.Automatic> unused = automatic(interval, at, zone);
        BackupSettings.Retention unusedToo = new BackupSettings.Retention(keep, maxAge);
    }

    /**
     * Binds the section.
     *
     * @param signers the trusted signers, which are backed up
     * @param checkpoints the checkpoints of the audit log, which are backed up
     */
    static BackupSettings bind(Configuration configuration, Path data, Path signers, Path checkpoints) {
        BackupRules rules = configuration.bind(
                SECTION,
                new BackupRules(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "UTC",
                        7,
                        Optional.empty()));
        rules.keyFile()
                .filter(file -> !Files.isReadable(file))
                .ifPresent(file -> configuration.refuse(
                        file.toString(),
                        SECTION + ".keyFile",
                        "a readable file with a key of \"busbar backup keygen\", or a passphrase"));
        List<BackupSettings.IncludedFile> files = new ArrayList<>();
        configuration.files().forEach(file -> files.add(new BackupSettings.IncludedFile("conf", file)));
        files.add(new BackupSettings.IncludedFile("trust", signers));
        files.add(new BackupSettings.IncludedFile("audit", checkpoints));
        return new BackupSettings(
                rules.directory().orElse(data.resolve("backups")),
                rules.keyFile(),
                automatic(rules.interval(), rules.at(), rules.zone()),
                new BackupSettings.Retention(rules.keep(), rules.maxAge()),
                files);
    }

    private static Optional<BackupSettings.Automatic> automatic(
            Optional<Duration> interval, Optional<String> at, String zone) {
        try {
            ZoneId place = ZoneId.of(zone);
            Optional<BackupSettings.Automatic> daily =
                    at.map(time -> new BackupSettings.Daily(LocalTime.parse(time), place));
            return daily.or(() -> interval.map(BackupSettings.Every::new));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "at: " + at.orElse("") + ", zone: " + zone + " (expected: such as 02:30 and Europe/Berlin)", e);
        }
    }
}
