/**
 * Token buckets on a monotonic clock, by Bucket4j: the ground of rate limits and of failure budgets. Entry type: {@link
 * dev.busbar.host.buckets.Buckets}.
 */
@NullMarked
package dev.busbar.host.buckets;

import org.jspecify.annotations.NullMarked;
