/**
 * The rows of all tables of the store, whatever feature they belong to, as lines of JSON: the same lines on H2 and on
 * PostgreSQL. No table is named here, so a table that is added later is in every export. Entry type is
 * {@link dev.busbar.host.tables.TableStore}.
 */
@NullMarked
package dev.busbar.host.tables;

import org.jspecify.annotations.NullMarked;
