package dev.busbar.host.security;

import java.time.Instant;
import java.util.List;

/**
 * What is to change of a key. Nothing of it is checked yet.
 *
 * @param permissions to what it is cut down; taken away for all that its roles give
 * @param expiresAt when it ends; taken away for never
 * @param allowedFrom addresses and networks; taken away for all
 * @param ratePlan taken away for the usual one
 */
public record KeyChange(
        Patched<String> name,
        Patched<List<String>> permissions,
        Patched<Instant> expiresAt,
        Patched<List<String>> allowedFrom,
        Patched<String> ratePlan) {}
