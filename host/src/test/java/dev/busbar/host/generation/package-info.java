@NullMarked
package dev.busbar.host.generation;

import org.jspecify.annotations.NullMarked;
