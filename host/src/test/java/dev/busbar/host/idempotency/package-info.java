@NullMarked
package dev.busbar.host.idempotency;

import org.jspecify.annotations.NullMarked;
