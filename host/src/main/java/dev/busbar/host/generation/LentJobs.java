package dev.busbar.host.generation;

import dev.busbar.plugin.jobs.JobStatus;
import dev.busbar.plugin.jobs.JobType;
import dev.busbar.plugin.jobs.Jobs;
import dev.busbar.plugin.jobs.Submission;
import java.util.Optional;

/** The jobs of a platform, until the generation has retired. Thread-safe. */
record LentJobs(Ledger ledger, Jobs jobs) implements Jobs {
    @Override
    public <T> String submit(JobType<T> type, T request, Submission options) {
        ledger.requireValid();
        return jobs.submit(type, request, options);
    }

    @Override
    public Optional<JobStatus> find(String id) {
        ledger.requireValid();
        return jobs.find(id);
    }

    @Override
    public boolean cancel(String id) {
        ledger.requireValid();
        return jobs.cancel(id);
    }
}
