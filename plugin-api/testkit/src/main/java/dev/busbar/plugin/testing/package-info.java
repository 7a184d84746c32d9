/**
 * The harness to test a platform without a host: {@link dev.busbar.plugin.testing.PlatformHarness} starts it, calls its
 *routes as functions and closes it.
 * For test code only: depend on {@code dev.busbar:plugin-testkit} in scope {@code test}. It brings the code that reads
 * requests and binds JSON in the host, Jackson included.
 */
@NullMarked
package dev.busbar.plugin.testing;

import org.jspecify.annotations.NullMarked;
