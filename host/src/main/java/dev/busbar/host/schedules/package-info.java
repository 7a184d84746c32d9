/**
 * Schedules: what runs at given times, by cron expression or interval in a time zone. A due schedule is fired in one
 * transaction that moves its next time and enqueues the job, so that any number of nodes fire it once. Entry type is
 * {@link dev.busbar.host.schedules.Schedules}.
 */
@NullMarked
package dev.busbar.host.schedules;

import org.jspecify.annotations.NullMarked;
