@NullMarked
package dev.busbar.host.contract;

import org.jspecify.annotations.NullMarked;
