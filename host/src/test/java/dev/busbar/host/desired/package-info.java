@NullMarked
package dev.busbar.host.desired;

import org.jspecify.annotations.NullMarked;
