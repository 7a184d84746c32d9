package dev.busbar.host.calls;

import dev.busbar.host.pipeline.Caller;
import java.util.Optional;

/** Hears of every call; implemented by {@code Host}. Called on the thread that called; must neither throw nor block. */
@FunctionalInterface
public interface CallLog {
    /**
     * One call that has ended.
     *
     * @param platform who called
     * @param target the platform that was called
     * @param permission what the route asks for; empty for a public one, or where there was no route
     * @param caller as whom it was called; empty for nobody that is known
     * @param asSelf whether that is the calling platform itself
     * @param correlationId the name of the request
     * @param status what was answered
     */
    record Call(
            String platform,
            String target,
            Optional<String> permission,
            Optional<Caller> caller,
            boolean asSelf,
            String clientAddress,
            String correlationId,
            int status) {}

    /** Hears of a call. */
    void called(Call call);
}
