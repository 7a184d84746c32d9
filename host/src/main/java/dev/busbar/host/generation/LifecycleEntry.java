package dev.busbar.host.generation;

import dev.busbar.core.InvalidDeclarationException;
import dev.busbar.host.entry.Entry;
import dev.busbar.host.isolation.Artifact;
import dev.busbar.host.isolation.InvalidPluginException;
import dev.busbar.host.pipeline.Acting;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A call of a lifecycle method of a generation, on its lane. Used by the thread that enters. */
final class LifecycleEntry<T> implements Entry {
    private final Artifact artifact;
    private final String label;
    private final Acting acting;
    private final Pass pass;
    private final long dueNanos;
    private final Callable<T> body;
    private @Nullable T result;
    private @Nullable InvalidPluginException failure;

    LifecycleEntry(Artifact artifact, String label, Acting acting, Pass pass, long dueNanos, Callable<T> body) {
        this.artifact = artifact;
        this.label = label;
        this.acting = acting;
        this.pass = pass;
        this.dueNanos = dueNanos;
        this.body = body;
    }

    /**
     * The result of the call, after it.
     *
     * @throws InvalidPluginException when the code threw, or was not entered
     */
    T result() throws InvalidPluginException {
        InvalidPluginException why = failure;
        if (why != null) {
            throw why;
        }
        T value = result;
        if (value == null) {
            throw new IllegalStateException(label + " has neither returned nor thrown");
        }
        return value;
    }

    @Override
    public Kind kind() {
        return Kind.LIFECYCLE;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public Acting acting() {
        return acting;
    }

    @Override
    public Pass pass() {
        return pass;
    }

    @Override
    public long overdueNanos() {
        return System.nanoTime() - dueNanos;
    }

    @Override
    public void run() throws Exception {
        result = body.call();
    }

    /** Formats the exception here, where the plugin's code may run. */
    @Override
    public void failed(Throwable thrown) {
        if (thrown instanceof InvalidPluginException rejected) {
            failure = rejected;
        } else if (thrown instanceof InvalidDeclarationException invalid) {
            failure = InvalidPluginException.permanent(String.valueOf(invalid.getMessage()), invalid);
        } else {
            failure = InvalidPluginException.threw("its " + label, thrown, artifact);
        }
    }

    @Override
    public void refused() {
        failure = new InvalidPluginException("plugin " + artifact.label() + " was abandoned while it was starting");
    }
}
