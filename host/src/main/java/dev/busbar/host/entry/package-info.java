/**
 * The one door into plugin code. Everything that enters a generation (a request, a task, a lifecycle call) is an {@link
 * dev.busbar.host.entry.Entry} and goes through its {@link dev.busbar.host.entry.Door}, which takes the lease, sets the
 * thread's context, counts entries, lists the running ones with their stacks, interrupts them, and catches what they
 * throw. Entry types: {@link dev.busbar.host.entry.Door} and {@link dev.busbar.host.entry.Generation}, the gate in
 * front of it.
 */
@NullMarked
package dev.busbar.host.entry;

import org.jspecify.annotations.NullMarked;
