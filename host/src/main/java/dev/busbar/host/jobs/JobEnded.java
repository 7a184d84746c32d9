package dev.busbar.host.jobs;

import dev.busbar.host.store.Transaction;

/** Listener of the end of jobs. Called on any thread that may block; an exception leaves the job as it was. */
@FunctionalInterface
public interface JobEnded {
    /** Called in the transaction in which a job ends, with the job as it is then. */
    void in(Transaction transaction, StoredJob job);
}
