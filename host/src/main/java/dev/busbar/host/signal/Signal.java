package dev.busbar.host.signal;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of listeners of one kind of event. {@link #emit} calls them on its own thread, in the order in which they were
 * added; a listener that throws is logged, and the others are called all the same. Listeners must not block where the
 * emitter's documentation says so. May be used by any thread; a listener that is added during an {@code emit} hears of
 * the next event.
 *
 * @param <E> the type of the event, an immutable value
 */
public final class Signal<E> {
    private static final Logger LOG = LoggerFactory.getLogger(Signal.class);

    private final String name;
    private final List<Consumer<? super E>> listeners = new CopyOnWriteArrayList<>();

    /**
     * A signal without listeners.
     *
     * @param name of the event, for the log, such as {@code "route table published"}
     */
    public Signal(String name) {
        this.name = name;
    }

    /** Adds a listener of all later events. */
    public void listen(Consumer<? super E> listener) {
        listeners.add(listener);
    }

    /** Notifies every listener. Never throws. */
    public void emit(E event) {
        for (Consumer<? super E> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException | Error failure) {
                LOG.error("a listener of \"{}\" failed: {}", name, listener, failure);
            }
        }
    }
}
