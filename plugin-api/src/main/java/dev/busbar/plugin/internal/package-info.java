/**
 * What the host and the test harness share and no plugin sees: how JSON, paths, queries and bodies are read and how
 * problems are written. Public for technical reasons only; no promise is made of it, and the host does not export it to
 * plugins.
 */
@NullMarked
package dev.busbar.plugin.internal;

import org.jspecify.annotations.NullMarked;
