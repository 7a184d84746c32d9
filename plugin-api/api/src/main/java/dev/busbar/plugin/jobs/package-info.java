/**
 * Jobs of a platform: work that outlives the request that started it, the generation that began it and the process that
 * ran it. A platform declares its {@link dev.busbar.plugin.jobs.JobType}s in {@link dev.busbar.plugin.Platform#jobs},
 * submits jobs through {@link dev.busbar.plugin.jobs.Jobs}, and runs each with a {@link dev.busbar.plugin.jobs.Job} that
 * takes its progress and its checkpoints.
 *
 * <p>A job is a row of the store before its submission returns. It runs <em>at least once</em>: after a crash, or where a
 * generation is replaced while it runs, it continues from its last checkpoint, and the steps after that run again. What a
 * run stores through the context after it has lost its job is refused, so two runs never write for the same job; effects
 * outside of the host must bear repetition.
 */
@NullMarked
package dev.busbar.plugin.jobs;

import org.jspecify.annotations.NullMarked;
