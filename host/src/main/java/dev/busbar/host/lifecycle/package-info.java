/**
 * The lifecycle of plugins: requests of the folders and the admin API, applied as intents, and the swaps that bring what
 * runs in line with desired state without a failed request. One thread decides, behind
 * {@link dev.busbar.host.lifecycle.Plugins}; code of a plugin runs only on the lane of its generation, which reports back.
 * The states of a plugin change only by the transitions of {@code PluginTransition}. The route table is written here only.
 */
@NullMarked
package dev.busbar.host.lifecycle;

import org.jspecify.annotations.NullMarked;
