/** The platforms that the benchmarks package as plugin jars, from which the host loads them. */
@NullMarked
package dev.busbar.bench.plugin;

import org.jspecify.annotations.NullMarked;
