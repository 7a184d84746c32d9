/**
 * Where lasting state lives: one data source, its migrations, and blobs. Entry type is
 * {@link dev.busbar.host.store.Database}. The same tables and statements serve embedded H2 and PostgreSQL;
 * {@link dev.busbar.host.store.Dialect} holds exactly what cannot be the same. Rules for every statement, here and in a
 * feature's own {@code …Store}: ids are made in Java, times are {@link java.time.Instant} parameters, an upsert is
 * {@link dev.busbar.host.store.Database#upsert}, there is no {@code returning}, no {@code on conflict} and no vendor
 * function. What a feature stores is its own business, so nothing of a feature is named here but its tables.
 */
@NullMarked
package dev.busbar.host.store;

import org.jspecify.annotations.NullMarked;
