package dev.busbar.host.pipeline;

/** Invocations that nobody waits for. Stateless. */
public final class Detached {
    private Detached() {}

    /**
     * Another invocation of the same route by the same caller, under the same name: what it answers goes to another
     * exchange. The one before is not complete before this one is, so its lease holds for both.
     */
    public static Invocation of(Invocation before, Exchange other) {
        Invocation copy = Invocation.nested(other, System.nanoTime(), before.correlationId(), before.trail());
        copy.path(before.path());
        copy.endpoint(before.endpoint(), before.pathParameters());
        before.caller().ifPresent(copy::caller);
        copy.clientAddress(before.clientAddress());
        before.retain();
        copy.onComplete(before::release);
        return copy;
    }
}
