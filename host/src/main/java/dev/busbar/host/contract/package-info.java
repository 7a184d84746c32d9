/**
 * The host's own view of the routes that platforms declare: plain data without a class of a plugin, so it may be kept
 * when the generation that declared it is gone. Begins at {@link dev.busbar.host.contract.RouteContract}.
 */
@NullMarked
package dev.busbar.host.contract;

import org.jspecify.annotations.NullMarked;
