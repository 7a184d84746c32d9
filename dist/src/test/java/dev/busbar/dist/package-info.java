/** Checks that see every module: layering, documents against what they speak of, and what is packed. */
@NullMarked
package dev.busbar.dist;

import org.jspecify.annotations.NullMarked;
