/**
 * One request on its way through the host: the {@link dev.busbar.host.pipeline.Invocation}, the
 * {@link dev.busbar.host.pipeline.Interceptor}s it passes, composed once and never per request, and the one place where
 * it is decided who answers. Knows nothing of a server (see {@link dev.busbar.host.pipeline.Exchange}) and nothing of
 * how routes are found (see {@link dev.busbar.host.pipeline.Endpoint}).
 */
@NullMarked
package dev.busbar.host.pipeline;

import org.jspecify.annotations.NullMarked;
