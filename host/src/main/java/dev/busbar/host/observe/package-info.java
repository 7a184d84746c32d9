/**
 * What can be measured of a running host, in the form that Prometheus reads. Entry type is
 * {@link dev.busbar.host.observe.Metrics}. What other features know is asked for when it is read, through small records
 * that {@code Host} fills.
 */
@NullMarked
package dev.busbar.host.observe;

import org.jspecify.annotations.NullMarked;
