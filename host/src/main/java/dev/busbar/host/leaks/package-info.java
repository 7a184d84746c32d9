/**
 * Proof that the class loader of a retired generation was collected, or a list of its possible holders. Reads the JVM
 * by reflection and runs no code of a plugin. Entry types: {@link dev.busbar.host.leaks.LeakWatch} for one class
 * loader, {@link dev.busbar.host.leaks.LeakPatrol} for all of them.
 */
@NullMarked
package dev.busbar.host.leaks;

import org.jspecify.annotations.NullMarked;
