@NullMarked
package dev.busbar.host.limits;

import org.jspecify.annotations.NullMarked;
