/**
 * The document of what is served now, OpenAPI 3.1, made of the route table itself. Nothing made here knows a plugin's
 * types: what is kept of a generation is plain JSON. Entered through {@link dev.busbar.host.openapi.OpenApi}.
 */
@NullMarked
package dev.busbar.host.openapi;

import org.jspecify.annotations.NullMarked;
