/**
 * Jobs: the queue in the store, and the dispatcher that claims jobs for this node and runs them on threads of the
 * generation that serves their platform. Other packages enqueue jobs with {@link dev.busbar.host.jobs.JobQueue}, in their
 * own transaction; a generation gets its share from {@link dev.busbar.host.jobs.JobRuntime}.
 */
@NullMarked
package dev.busbar.host.jobs;

import org.jspecify.annotations.NullMarked;
