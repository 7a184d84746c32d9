@NullMarked
package dev.busbar.host.openapi;

import org.jspecify.annotations.NullMarked;
