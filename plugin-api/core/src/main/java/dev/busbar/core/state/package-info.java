/**
 * Documents between a platform and what stores them: names, bindings of types, terms of fields, cursors, quotas, and the
 * checks of a change. Shared by the host and the testkit, so that both refuse the same; each brings its own {@link
 * dev.busbar.core.state.DocumentRows}. Entry types: {@link dev.busbar.core.state.DocumentTypes} and {@link
 * dev.busbar.core.state.DocumentRows}.
 */
@NullMarked
package dev.busbar.core.state;

import org.jspecify.annotations.NullMarked;
