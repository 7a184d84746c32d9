/**
 * The HTTP server: Javalin on Jetty, and the adapter from Jetty requests to the pipeline. The only package that imports
 * either. A Jetty handler in front of Javalin's servlet passes requests to the pipeline; Javalin serves the pages.
 * Entry type: {@link dev.busbar.host.http.HttpServer}.
 */
@NullMarked
package dev.busbar.host.http;

import org.jspecify.annotations.NullMarked;
