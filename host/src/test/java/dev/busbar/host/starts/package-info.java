@NullMarked
package dev.busbar.host.starts;

import org.jspecify.annotations.NullMarked;
