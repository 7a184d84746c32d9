package dev.busbar.host.settings;

import dev.busbar.core.state.StateLimits;
import dev.busbar.host.auditlog.AuditSettings;
import dev.busbar.host.backup.BackupSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.jobs.JobSettings;
import dev.busbar.host.schedules.ScheduleSettings;
import dev.busbar.host.store.StoreSettings;
import dev.busbar.host.webhooks.WebhookSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Binds the sections {@code store}, {@code state}, {@code audit}, {@code jobs}, {@code schedules}, {@code webhooks} and
 * {@code stop}, and the keys outside of sections. Stateless.
 */
final class BaseRules {
    record Places(Path data, Optional<Path> plugins) {}

    record Audit(Optional<Path> checkpoints, int checkpointRecords, Duration checkpointInterval) {
        Audit {
            if (checkpointRecords < 1 || checkpointInterval.toMillis() < 1_000) {
                throw new IllegalArgumentException("checkpointRecords: " + checkpointRecords + ", checkpointInterval: "
                        + checkpointInterval + " (expected: at least 1, and at least 1s)");
            }
        }

        AuditSettings in(Path data) {
            AuditSettings defaults = AuditSettings.in(data);
            return new AuditSettings(
                    data, checkpoints.orElse(defaults.checkpoints()), checkpointRecords, checkpointInterval);
        }
    }

    private BaseRules() {}

    static Places places(Configuration configuration) {
        return configuration.bind("", new Places(Path.of("data"), Optional.empty()));
    }

    /** @param signers the trusted signers of plugins, which are part of a backup */
    static HostSettings.Base bind(Configuration configuration, Path data, Path signers) {
        String environment = configuration.environment();
        StoreSettings store = configuration.bind("store", StoreSettings.embedded(data));
        StateLimits state = configuration.bind("state", StateLimits.DEFAULTS);
        Audit audit = configuration.bind("audit", new Audit(Optional.empty(), 1_000, Duration.ofMinutes(1)));
        Duration delay = Duration.ofSeconds(environment.equals("production") ? 5 : 0);
        HostSettings.Stop stop = configuration.bind("stop", new HostSettings.Stop(delay, Duration.ofSeconds(30)));
        HostSettings.Work work = new HostSettings.Work(
                configuration.bind("jobs", JobSettings.DEFAULTS),
                configuration.bind("schedules", ScheduleSettings.DEFAULTS),
                configuration.bind("webhooks", WebhookSettings.DEFAULTS));
        AuditSettings trail = audit.in(data);
        BackupSettings backup = BackupRules.bind(configuration, data, signers, trail.checkpoints());
        return new HostSettings.Base(environment, data, store, state, trail, work, stop, backup);
    }
}
