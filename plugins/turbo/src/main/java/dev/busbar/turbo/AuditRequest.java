package dev.busbar.turbo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of a table, as its schema in the OpenAPI document: the members of {@link AuditDescription} with the rows.
 * {@link JsonBody} reads it as a stream, so no instance is ever made.
 *
 * @param protectedAttribute see {@link AuditDescription}
 * @param privileged see {@link AuditDescription}
 * @param decision see {@link AuditDescription}
 * @param favourable see {@link AuditDescription}
 * @param label see {@link AuditDescription}
 * @param favourableLabel see {@link AuditDescription}
 * @param weight see {@link AuditDescription}
 * @param stratum see {@link AuditDescription}
 * @param confidence see {@link AuditDescription}
 * @param rows one object a row, its members the columns; values are strings, numbers, booleans or null
 */
record AuditRequest(
        @Nullable String protectedAttribute,
        @Nullable String privileged,
        @Nullable String decision,
        @Nullable String favourable,
        @Nullable String label,
        @Nullable String favourableLabel,
        @Nullable String weight,
        @Nullable String stratum,
        @Nullable Double confidence,
        @Nullable List<@Nullable Map<String, @Nullable Object>> rows) {}
