package dev.busbar.host.jobs;

import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.host.jobs.JobStore.Failure;
import dev.busbar.plugin.ProblemException;
import java.nio.charset.StandardCharsets;

/** The failures of jobs, for their submitters and for operators. Stateless. */
final class JobFailures {
    private static final int MAX_FAULT = 1_000;

    private JobFailures() {}

    static Failure of(ProblemException problem, String id, String correlationId, String fault) {
        String text = fault.replace('\0', ' ');
        return new Failure(
                new String(Problems.encode(problem, "/jobs/" + id, correlationId), StandardCharsets.UTF_8)
                        .replace("\\u0000", " "),
                text.length() <= MAX_FAULT ? text : text.substring(0, MAX_FAULT));
    }

    /** The problem of an exception, which names no internals. */
    static ProblemException failed(String platform) {
        return ProblemType.PLATFORM_FAILED
                .problem("the job failed in platform " + platform)
                .with("platform", platform);
    }

    static ProblemException late(String platform, String limit) {
        return ProblemType.PLATFORM_TIMEOUT
                .problem("the job did not end within " + limit + ", the limit of its type")
                .with("platform", platform);
    }

    static ProblemException unavailable() {
        return ProblemType.TEMPORARILY_UNAVAILABLE
                .problem("The store cannot be used at the moment; try again.")
                .withHeader("Retry-After", "2");
    }

    static ProblemException abandoned() {
        return ProblemType.JOB_ABANDONED.problem(
                "the process ended again and again while the job was running, without a"
                        + " checkpoint in between; it is not run any more");
    }

    static ProblemException gone(String platform) {
        return ProblemType.GONE.problem("platform " + platform + " was removed more than 24 hours ago");
    }

    static ProblemException forbidden(String permission) {
        return ProblemType.FORBIDDEN
                .problem("The submitter of the job lacks the permission " + permission + " now.")
                .with("requiredPermission", permission);
    }
}
