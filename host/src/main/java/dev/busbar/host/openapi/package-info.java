/**
 * The OpenAPI 3.1 document of the current route table. It is plain JSON and holds no types of plugins. Entry type is {@link dev.busbar.host.openapi.OpenApi}.
 */
@NullMarked
package dev.busbar.host.openapi;

import org.jspecify.annotations.NullMarked;
