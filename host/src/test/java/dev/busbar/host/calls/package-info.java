@NullMarked
package dev.busbar.host.calls;

import org.jspecify.annotations.NullMarked;
