/**
 * Drills, run by hand with {@code scripts/drill}: main classes that do to an installed host what should not be done to
 * one, many times, and hold what it then does against what it has promised. Nothing here runs with the tests.
 */
@NullMarked
package dev.busbar.drill;

import org.jspecify.annotations.NullMarked;
