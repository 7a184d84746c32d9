/**
 * The server: Javalin on Jetty, and the adapter from a Jetty request to the pipeline. The only package that imports
 * either. Everything that the route table may answer is taken by a Jetty handler in front of Javalin's servlet; Javalin
 * serves what is left, the pages. Entry type: {@link dev.busbar.host.http.HttpServer}.
 */
@NullMarked
package dev.busbar.host.http;

import org.jspecify.annotations.NullMarked;
