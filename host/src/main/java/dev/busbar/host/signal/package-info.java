/**
 * Listeners inside the host: an emitter holds a {@link dev.busbar.host.signal.Signal}, and offers a method that adds a
 * listener to it. Events to plugins and clients are another matter and not here.
 */
@NullMarked
package dev.busbar.host.signal;

import org.jspecify.annotations.NullMarked;
