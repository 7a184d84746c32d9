package dev.busbar.host.pipeline;

/**
 * The end of a response.
 *
 * @param status its status code
 * @param bytes the bytes of its body; those of {@code HEAD} count, though they are not sent
 * @param complete whether it is complete; else the connection was aborted
 */
public record Sent(int status, long bytes, boolean complete) {}
