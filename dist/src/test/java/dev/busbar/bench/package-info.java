/**
 * Benchmarks, run by hand with {@code scripts/bench}: main classes that start the installed host in its own process, load it over loopback and print results as Markdown. They do not run with the tests.
 */
@NullMarked
package dev.busbar.bench;

import org.jspecify.annotations.NullMarked;
