package dev.busbar.host.jobs;

/**
 * The right of one run to write for its job. Immutable.
 *
 * @param id the id of the job
 * @param token its token when it was claimed
 */
record JobToken(String id, long token) {}
