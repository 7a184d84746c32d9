/**
 * Metrics in the Prometheus format, and the access log. The state of other features is sampled on each scrape, through
 * records that {@code Host} fills. Entry type: {@link dev.busbar.host.observe.Metrics}.
 */
@NullMarked
package dev.busbar.host.observe;

import org.jspecify.annotations.NullMarked;
