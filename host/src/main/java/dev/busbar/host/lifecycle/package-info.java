/**
 * The life of plugins: what shall run (desired state, in the store), what comes in (the folder and the admin API, as
 * intents), and the swap that leads from one to the other without a failed request. One thread decides, in
 * {@link dev.busbar.host.lifecycle.Plugins}; everything that runs a plugin's code does so on the lane of its generation
 * and reports back. The table of routes is written here alone.
 */
@NullMarked
package dev.busbar.host.lifecycle;

import org.jspecify.annotations.NullMarked;
