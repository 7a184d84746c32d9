package dev.busbar.plugin;

/**
 * Calls to routes of other platforms, in this process, through the same checks as a request from outside. The platform
 * is looked for at each call, so either side may be replaced meanwhile. Every rejection and every failure, a timeout (504)
 * included, is returned as a response, as a client would see it; none is thrown. May be called from any thread.
 *
 * <p>A call is synchronous: it blocks its thread until the response is there or the deadline is over. A handler that
 * calls holds a thread of its own generation's bulkhead meanwhile, beside the one that the other platform uses, so the
 * number of calls at once is bounded by the threads of the caller. The deadline is that of the request being answered
 * where there is one, less a tenth of its remaining time, so that the caller can still respond itself; otherwise that of
 * the called route.
 *
 * <pre>{@code
 * Audit audit = context.platforms()
 *         .call("turbo", PlatformCall.post("/audits").json(new AuditRequest(rows)))
 *         .orThrow()
 *         .json(Audit.class);
 * }</pre>
 */
public interface Platforms {
    /**
     * Calls as the principal of the request being handled, with its permissions and no more; anonymously if the request is
     * anonymous. The request is the one that this thread handles, or the one that the call {@linkplain
     * PlatformCall#onBehalfOf names}.
     *
     * @throws IllegalStateException when this thread handles no request and the call names none, or after retirement
     * @throws IllegalArgumentException when the call has a value that cannot be written as JSON
     * @throws InterruptedException when this thread is interrupted, as it is past its deadline
     */
    PlatformResponse call(String platform, PlatformCall call) throws InterruptedException;

    /**
     * Calls as this platform itself, with the permissions it asks for in its manifest and was granted. Meant for tasks
     * of its own, and for routes that have a {@linkplain Access#action named action}, which declares that
     * whoever may perform the action may trigger this call.
     *
     * @throws IllegalStateException when this thread handles a request to a route whose access is PUBLIC, READ or WRITE, or
     *     after retirement
     * @throws IllegalArgumentException as for {@link #call}
     * @throws InterruptedException as for {@link #call}
     */
    PlatformResponse callAsSelf(String platform, PlatformCall call) throws InterruptedException;
}
