/** Support for tests and benchmarks of a whole host: jars compiled in the test, and a host to run them. */
@NullMarked
package dev.busbar.host.testing;

import org.jspecify.annotations.NullMarked;
