/**
 * The code that the host and the testkit share, and that no plugin sees: reading of paths, queries and bodies, JSON
 * binding, problem documents. The host does not export this package to plugins; it may change with every version.
 */
@NullMarked
package dev.busbar.core;

import org.jspecify.annotations.NullMarked;
