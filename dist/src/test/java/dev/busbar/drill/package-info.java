/**
 * Drills, run by hand with {@code scripts/drill}: main classes that repeat one fault on an installed host many times and check an invariant. They do not run with the tests.
 */
@NullMarked
package dev.busbar.drill;

import org.jspecify.annotations.NullMarked;
