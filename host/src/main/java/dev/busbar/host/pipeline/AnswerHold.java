package dev.busbar.host.pipeline;

/** What may keep a whole answer back on its way out. Called once, on the thread that answers, and must not block it. */
@FunctionalInterface
public interface AnswerHold {
    /**
     * Looks at an answer, and lets it go now or later.
     *
     * @param onwards sends a whole answer; to be run once, on any thread that no plugin can interrupt, or on this one. A
     *     streamed answer goes on by itself as soon as this returns, and running it does nothing then
     */
    void hold(Answer answer, Runnable onwards);
}
