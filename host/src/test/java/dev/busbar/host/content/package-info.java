@NullMarked
package dev.busbar.host.content;

import org.jspecify.annotations.NullMarked;
