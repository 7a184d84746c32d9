package dev.busbar.host.jobs;

import dev.busbar.plugin.jobs.Submission;
import java.time.Instant;
import java.util.Optional;

/**
 * A job to be enqueued. Immutable; the bytes are not copied.
 *
 * @param platform the id of the platform that runs it
 * @param type the name of its type
 * @param submitter the principal that it runs for
 * @param request its request, JSON
 * @param options unique key, time and priority
 * @param correlationId the correlation id that its run has
 */
public record NewJob(
        String platform, String type, Submitter submitter, byte[] request, Submission options, String correlationId) {
    Optional<Instant> after() {
        return options.after();
    }
}
