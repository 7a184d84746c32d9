/** Tests of the collection of request bodies. */
@NullMarked
package dev.busbar.host.bodies;

import org.jspecify.annotations.NullMarked;
