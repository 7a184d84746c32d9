/** What tests and benchmarks of a whole host need: jars compiled on the spot, and a host to drop them into. */
@NullMarked
package dev.busbar.host.testing;

import org.jspecify.annotations.NullMarked;
