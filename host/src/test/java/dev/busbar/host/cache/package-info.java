@NullMarked
package dev.busbar.host.cache;

import org.jspecify.annotations.NullMarked;
