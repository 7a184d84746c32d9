@NullMarked
package dev.busbar.host.resilience;

import org.jspecify.annotations.NullMarked;
