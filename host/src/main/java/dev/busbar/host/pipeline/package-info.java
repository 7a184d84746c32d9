/**
 * One request in the host: the {@link dev.busbar.host.pipeline.Invocation} with its facts, the {@link
 * dev.busbar.host.pipeline.Interceptor}s it passes, composed once and never per request, the {@link
 * dev.busbar.host.pipeline.Reply}, where one claim decides who answers, and the {@link
 * dev.busbar.host.pipeline.Completion}. Knows nothing of a server (see {@link dev.busbar.host.pipeline.Exchange}) and
 * nothing of how routes are found (see {@link dev.busbar.host.pipeline.Endpoint}).
 */
@NullMarked
package dev.busbar.host.pipeline;

import org.jspecify.annotations.NullMarked;
