/**
 * The lasting state of platforms: documents and blobs in the store, directories on this node, their quotas, and their
 * removal. Every write checks the fence of its thread, then locks the row of its platform, so that writes of one platform
 * come one after the other. Plugin code never runs in a transaction, nor on a thread that uses the store. Entry type:
 * {@link dev.busbar.host.state.PlatformStates}.
 */
@NullMarked
package dev.busbar.host.state;

import org.jspecify.annotations.NullMarked;
