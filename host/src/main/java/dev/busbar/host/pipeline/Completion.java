package dev.busbar.host.pipeline;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * The end of an invocation: it is complete, and its hooks run, when the response is out and every thread that
 * {@linkplain #retain retained} it has {@linkplain #release released} it. Hooks are registered by the thread that has
 * the invocation; everything else may be called from any thread.
 */
public final class Completion {
    private static final AtomicIntegerFieldUpdater<Completion> HOLDERS =
            AtomicIntegerFieldUpdater.newUpdater(Completion.class, "holders");
    /** Far below zero, so that a later retain and release does not complete the invocation again. */
    private static final int OVER = Integer.MIN_VALUE / 2;

    private static final Runnable[] NONE = {};

    private final Reply reply;
    private volatile int holders = 1;
    private Runnable[] hooks = NONE;
    private int count;

    Completion(Reply reply) {
        this.reply = reply;
    }

    /**
     * Registers a hook, which runs on the thread that completes the invocation, the last one registered first. Must
     * neither throw nor block.
     *
     * @throws IllegalStateException when the response is sealed
     */
    public void onComplete(Runnable hook) {
        reply.requireOpen();
        if (count == hooks.length) {
            hooks = Arrays.copyOf(hooks, count + 3);
        }
        hooks[count++] = hook;
    }

    /** Prevents the completion of the invocation until {@link #release}, while a thread still works for it. */
    public void retain() {
        HOLDERS.incrementAndGet(this);
    }

    /** Ends one {@link #retain}. */
    public void release() {
        while (true) {
            int now = holders;
            boolean last = now == 1;
            if (HOLDERS.compareAndSet(this, now, last ? OVER : now - 1)) {
                if (last) {
                    complete();
                }
                return;
            }
        }
    }

    private void complete() {
        for (int i = count - 1; i >= 0; i--) {
            hooks[i].run();
        }
    }
}
