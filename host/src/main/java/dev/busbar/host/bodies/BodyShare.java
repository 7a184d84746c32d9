package dev.busbar.host.bodies;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;

/**
 * The memory that one body takes of the budget. It may be shrunk and released by any thread; after its release it takes
 * nothing more.
 */
final class BodyShare {
    private final BodyBudget budget;
    private final String caller;
    private final Object lock = new Object();
    private boolean acquired;
    private boolean released;
    private long bytes;

    BodyShare(BodyBudget budget, String caller) {
        this.budget = budget;
        this.caller = caller;
    }

    /**
     * Takes more memory.
     *
     * @param what the subject of the sentence in the problem, such as {@code the body}
     * @throws ProblemException 413 when there can never be enough, 503 when there is not now
     */
    void take(long more, String what) {
        synchronized (lock) {
            if (released) {
                throw new IllegalStateException("the memory of this body was released already");
            }
            if (!budget.canEverHold(bytes + more)) {
                throw ProblemType.PAYLOAD_TOO_LARGE.problem(what + " needs more memory than this host has for bodies ("
                        + "expected: at most " + budget.largest() + " bytes)");
            }
            boolean fits = acquired ? budget.tryGrow(caller, bytes, more) : budget.tryAcquire(caller, more);
            if (!fits) {
                throw ProblemType.HOST_OVERLOADED
                        .problem("the bodies of other requests take the memory that this host has for them")
                        .withHeader("Retry-After", "1");
            }
            acquired = true;
            bytes += more;
        }
    }

    /** Returns the memory beyond so many bytes. */
    void shrinkTo(long needed) {
        synchronized (lock) {
            if (acquired && !released && bytes > needed) {
                budget.shrink(caller, bytes - needed);
                bytes = needed;
            }
        }
    }

    /** Returns all memory; later calls do nothing. */
    void release() {
        synchronized (lock) {
            if (acquired && !released) {
                budget.release(caller, bytes);
            }
            released = true;
        }
    }
}
