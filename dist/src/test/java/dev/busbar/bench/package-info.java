/**
 * Measurements, run by hand with {@code scripts/bench}: main classes that start the installed host in a process of its
 * own, load it over loopback and print what they saw as Markdown. Nothing here runs with the tests.
 */
@NullMarked
package dev.busbar.bench;

import org.jspecify.annotations.NullMarked;
