/** Checks that span all modules: layering, documents and packaging. */
@NullMarked
package dev.busbar.dist;

import org.jspecify.annotations.NullMarked;
