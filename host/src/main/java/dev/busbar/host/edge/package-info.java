/**
 * What a request passes before its route matters: from which address it comes, at which listener and under which host
 * name it arrived, and which web origins may read the answer. Entry type: {@link dev.busbar.host.edge.Edge}.
 */
@NullMarked
package dev.busbar.host.edge;

import org.jspecify.annotations.NullMarked;
