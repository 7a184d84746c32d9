package dev.busbar.host.pipeline;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The identity and the request for which a thread runs a plugin's code: read by calls to other platforms, by the audit
 * and by the log. Immutable. {@link #current} and {@link #enter} see the calling thread only; work that a handler
 * passes to a thread of its own has no current acting there.
 *
 * @param correlationId the correlation id of the request, or of this run where no request started it
 * @param clientAddress the client's address; empty where no request started it
 * @param caller the caller of the request that is answered, or that has started the task; empty where there is none
 * @param request the request that the thread answers; empty for tasks, which may outlive it
 */
public record Acting(
        String correlationId, String clientAddress, Optional<Caller> caller, Optional<Invocation> request) {
    private static final ThreadLocal<@Nullable Acting> CURRENT = new ThreadLocal<>();

    /** The acting of a thread that answers a request. */
    public static Acting answering(Invocation request) {
        return new Acting(request.correlationId(), request.clientAddress(), request.caller(), Optional.of(request));
    }

    /** The acting of an entry that no request has started. */
    public static Acting alone(String correlationId) {
        return new Acting(correlationId, "", Optional.empty(), Optional.empty());
    }

    /**
     * The acting of a task that is started now and may outlive the request: it has the correlation id of the request,
     * and no reference to it.
     */
    public Acting detached() {
        return request.isEmpty() ? this : new Acting(correlationId, clientAddress, caller, Optional.empty());
    }

    /** The acting of this thread; empty outside of a plugin's code. */
    public static Optional<Acting> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /**
     * Sets the acting of this thread.
     *
     * @param acting null for none
     * @return the previous one, to be restored afterwards
     */
    public static @Nullable Acting enter(@Nullable Acting acting) {
        Acting before = CURRENT.get();
        if (acting == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(acting);
        }
        return before;
    }
}
