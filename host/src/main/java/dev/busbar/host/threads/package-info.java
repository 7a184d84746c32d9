/**
 * The threads of the host: the only place that creates threads and executors ({@link dev.busbar.host.threads.Threads},
 * {@link dev.busbar.host.threads.BoundedPool}), and the mark of those that must not block ({@link
 * dev.busbar.host.threads.NonBlocking}). Imports nothing of the host.
 */
@NullMarked
package dev.busbar.host.threads;

import org.jspecify.annotations.NullMarked;
