package dev.busbar.host.pipeline;

/**
 * What became of an answer.
 *
 * @param status its status code
 * @param bytes the bytes of its body; those of {@code HEAD} count, though they are not sent
 * @param whole whether it ended as it should; else the connection was broken off
 */
public record Sent(int status, long bytes, boolean whole) {}
