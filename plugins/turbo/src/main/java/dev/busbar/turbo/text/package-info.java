/**
 * Texts of a table: what a value means, and how a text of a client is shown to it. Entry types:
 * {@link dev.busbar.turbo.text.Values}, {@link dev.busbar.turbo.text.Texts}.
 */
@NullMarked
package dev.busbar.turbo.text;

import org.jspecify.annotations.NullMarked;
