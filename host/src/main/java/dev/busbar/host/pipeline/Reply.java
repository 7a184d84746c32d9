package dev.busbar.host.pipeline;

import dev.busbar.core.EncodedResponse;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one response to an invocation: the headers that the host adds to it, the steps that see it before it is sent, and
 * the right to send it. Any thread may {@link #claim} that right; one compare-and-set decides who gets it. What
 * concerns the response is registered before, by the thread that has the invocation, until the response is sealed: by
 * the dispatch to a plugin's thread, or by the claim. Registering after that throws {@link IllegalStateException}.
 */
public final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);
    private static final AtomicIntegerFieldUpdater<Reply> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Reply.class, "state");
    private static final int SEALED = 1;
    private static final int CLAIMED = 2;
    private static final int SENT = 4;

    private static final byte[] NOTHING = {};
    private static final String NO_STORE = "no-store";
    private static final Hold[] NO_STEPS = {};
    private static final SentListener[] NO_LISTENERS = {};

    private final Invocation invocation;
    private final HostFields fields = new HostFields();
    private volatile int state;
    private Hold[] steps = NO_STEPS;
    private int stepCount;
    private SentListener[] listeners = NO_LISTENERS;
    private int listenerCount;
    private UnaryOperator<ProblemException> problemForm = UnaryOperator.identity();
    private String problemMediaType = Problems.MEDIA_TYPE;
    private BiConsumer<Claim, ProblemException> problemSender = Claim::send;

    /**
     * A step that may hold a buffered response back before it is sent, for instance until it is stored. Called once, on
     * the thread that sends it, and must neither throw nor block.
     */
    @FunctionalInterface
    public interface Hold {
        /**
         * Handles a response, and sends it now or later.
         *
         * @param onwards sends a buffered response; to be run once, on any thread that no plugin can interrupt, or on
         *     this one. A streaming response goes on by itself as soon as this returns, and running it does nothing
         *     then
         */
        void hold(Answer answer, Runnable onwards);
    }

    /** A step that sees a response before it is sent, may change it, and never holds it back. Called like a hold. */
    @FunctionalInterface
    public interface Step extends Hold {
        /** Handles a response. */
        void look(Answer answer);

        @Override
        default void hold(Answer answer, Runnable onwards) {
            look(answer);
        }
    }

    /** Listener for the end of a response: it was sent, or aborted. */
    @FunctionalInterface
    public interface SentListener {
        /**
         * Called once, on the thread that detects the end; a handler may still be running. Must neither throw nor
         * block.
         */
        void sent(Sent what);
    }

    Reply(Invocation invocation) {
        this.invocation = invocation;
    }

    /** Adds a header to the response, unless the response has one with this name. */
    public void addHeader(String name, String value) {
        requireOpen();
        fields.put(name.toLowerCase(Locale.ROOT), value);
    }

    /** Marks the response as dependent on the caller, so that no shared cache stores it (RFC 9111 section 3.5). */
    public void markPersonal() {
        requireOpen();
        fields.markPersonal();
    }

    /** Adds request headers on which the response depends, beside those of the route. */
    public void varyOn(String names) {
        requireOpen();
        fields.varyOn(names);
    }

    /** The headers that were added to the response. */
    public Map<String, String> addedHeaders() {
        return fields.complete(new LinkedHashMap<>());
    }

    /**
     * Registers a step that sees the response before it is sent, and may change it. Steps run on the thread that sends,
     * the last one registered first, on problems too; on a streaming response before its first byte. One that throws
     * ends the connection, so it must not.
     */
    public void onAnswer(Step step) {
        hold(step);
    }

    /** Registers a step that may hold a buffered response back, for instance until it is stored. */
    public void hold(Hold step) {
        requireOpen();
        if (stepCount == steps.length) {
            steps = Arrays.copyOf(steps, stepCount + 4);
        }
        steps[stepCount++] = step;
    }

    /** Registers a listener for the end of the response; the last one registered is notified first. */
    public void onSent(SentListener listener) {
        requireOpen();
        if (listenerCount == listeners.length) {
            listeners = Arrays.copyOf(listeners, listenerCount + 3);
        }
        listeners[listenerCount++] = listener;
    }

    /** Sets another form and media type for every problem. */
    public void shapeProblems(UnaryOperator<ProblemException> form, String mediaType) {
        requireOpen();
        problemForm = form;
        problemMediaType = mediaType;
    }

    /**
     * Sets the sender of the problems with which the invocation {@linkplain #fail fails}.
     *
     * @param sender uses the claim once, now or later, on any thread
     */
    public void sendProblemsBy(BiConsumer<Claim, ProblemException> sender) {
        requireOpen();
        problemSender = sender;
    }

    void requireOpen() {
        if ((state & SEALED) != 0) {
            throw new IllegalStateException("the response to request " + invocation.correlationId()
                    + " is sealed (expected: to be changed before the dispatch and before it is claimed)");
        }
    }

    /** Seals the response: another thread may send it from now on. */
    public void seal() {
        boolean unused = raise(SEALED, SEALED);
    }

    /** Claims the right to send the response; empty when it is already claimed. */
    public Optional<Claim> claim() {
        return raise(CLAIMED, CLAIMED | SEALED) ? Optional.of(new Claim()) : Optional.empty();
    }

    /** Returns whether the right to send the response is claimed. */
    public boolean isClaimed() {
        return (state & CLAIMED) != 0;
    }

    /** Sets flags, unless the deciding one is already set. */
    private boolean raise(int deciding, int flags) {
        while (true) {
            int now = state;
            if ((now & deciding) != 0) {
                return false;
            }
            if (STATE.compareAndSet(this, now, now | flags)) {
                return true;
            }
        }
    }

    /** Answers with a problem, unless the request is answered. A fault of the host is logged and not revealed. */
    public void fail(Throwable failure) {
        claim().ifPresent(claim -> {
            if (failure instanceof ProblemException problem) {
                problemSender.accept(claim, problem);
                return;
            }
            LOG.error(
                    "request {} to {} failed in the host",
                    invocation.correlationId(),
                    invocation.path().value(),
                    failure);
            claim.send(Problems.internalError());
        });
    }

    /**
     * Records a response that the server has sent by itself instead: a page, or the refusal of a malformed request.
     * Does nothing when the request is already answered.
     */
    public void answeredByServer(Sent what) {
        if (raise(CLAIMED, CLAIMED | SEALED)) {
            sent(what);
        }
    }

    private void sent(Sent what) {
        if (raise(SENT, SENT)) {
            try {
                for (int i = listenerCount - 1; i >= 0; i--) {
                    listeners[i].sent(what);
                }
            } finally {
                invocation.completion().release();
            }
        }
    }

    /** Ends the request whose response cannot be sent: nobody else may answer after the claim. */
    private void broken(Throwable failure) {
        LOG.error("the response to request {} could not be sent", invocation.correlationId(), failure);
        invocation.exchange().abort(failure);
        sent(new Sent(500, 0, false));
    }

    /** The right to send the response, once. Used by one thread at a time. */
    public final class Claim {
        private boolean used;

        private Claim() {}

        /** The invocation of the response. */
        public Invocation invocation() {
            return invocation;
        }

        /** Sends a problem. */
        public void send(ProblemException plain) {
            Answer answer;
            try {
                answer = problem(plain);
            } catch (RuntimeException | Error e) {
                use();
                broken(e);
                return;
            }
            send(answer);
        }

        private Answer problem(ProblemException plain) {
            ProblemException problem = problemForm.apply(plain);
            Answer answer = Answer.buffered(problem.status(), problem.headers(), NOTHING);
            answer.field("content-type", problemMediaType);
            if (answer.field("cache-control") == null) {
                answer.field("cache-control", NO_STORE);
            }
            answer.body(Problems.encode(problem, invocation.path().value(), invocation.correlationId()));
            return answer;
        }

        /** Sends a response without content. */
        public void send(Response response) {
            send(response, NOTHING);
        }

        /** Sends a response with its content. */
        public void send(Response response, byte[] body) {
            send(Answer.buffered(response.status(), EncodedResponse.headers(response), body));
        }

        /** Sends a buffered response. */
        public void send(Answer answer) {
            answer.dropOwned();
            Answer sent = answer;
            if (answer.isHeaderTooLarge()) {
                try {
                    sent = refused(answer);
                } catch (RuntimeException | Error e) {
                    use();
                    broken(e);
                    return;
                }
            }
            use();
            new Outgoing(sent).run();
        }

        /** The response in place of one whose header section no server could be relied on to send. */
        private Answer refused(Answer answer) {
            LOG.error(
                    "request {} to {}: the headers of the response take {} bytes (expected: at most {}, 32 for each"
                            + " header included)",
                    invocation.correlationId(),
                    invocation.path().value(),
                    answer.headerBytes(),
                    Answer.MAX_HEADER_BYTES);
            return problem(ProblemType.PLATFORM_FAILED.problem("the headers of the response are too large"));
        }

        /**
         * Sends a response whose content is written now, on this thread.
         *
         * @throws IOException when the client is gone or the writer has failed; the connection is aborted then
         */
        public void stream(Response response, Response.Writer writer) throws IOException {
            Answer answer = Answer.streamed(response.status(), EncodedResponse.headers(response));
            answer.dropOwned();
            if (answer.isHeaderTooLarge()) {
                send(answer); // refuses it
                return;
            }
            use();
            Exchange exchange = invocation.exchange();
            CountingStream counted = new CountingStream();
            try {
                for (int i = stepCount - 1; i >= 0; i--) {
                    steps[i].hold(answer, () -> {});
                }
                counted.to(exchange.stream(
                        answer.status(),
                        fields.complete(answer.own()),
                        complete -> sent(new Sent(answer.status(), counted.count(), complete))));
                OutputStream out = answer.coded(counted);
                writer.writeTo(out);
                out.close();
            } catch (Throwable e) {
                // The writer is a plugin's code and may throw what it does not declare: the request has to end all the
                // same.
                exchange.abort(e);
                sent(new Sent(answer.status(), counted.count(), false));
                throw e;
            }
        }

        private void use() {
            if (used) {
                throw new IllegalStateException("the response to request " + invocation.correlationId()
                        + " was sent already (expected: one response for each claim)");
            }
            used = true;
        }
    }

    /** A buffered response that passes the remaining steps; run again by the step that has held it back. */
    private final class Outgoing implements Runnable, Exchange.Done {
        private final Answer answer;
        private int left = stepCount;

        Outgoing(Answer answer) {
            this.answer = answer;
        }

        @Override
        public void run() {
            try {
                pass();
            } catch (RuntimeException | Error e) {
                broken(e);
            }
        }

        private void pass() {
            while (left > 0) {
                Hold step = steps[--left];
                step.hold(answer, this);
                if (!(step instanceof Step)) {
                    return;
                }
            }
            invocation.exchange().send(answer.status(), fields.complete(answer.own()), answer.body(), this);
        }

        @Override
        public void done(boolean complete) {
            sent(new Sent(answer.status(), answer.body().length, complete));
        }
    }
}
