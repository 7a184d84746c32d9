@NullMarked
package dev.busbar.host.traffic;

import org.jspecify.annotations.NullMarked;
