package dev.busbar.host.isolation;

import dev.busbar.plugin.Platform;
import java.lang.reflect.InvocationTargetException;
import java.net.URLConnection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads generations from artifacts. Thread-safe; each {@link Loaded} belongs to one lane, which alone may use it.
 */
public final class GenerationLoader {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationLoader.class);

    private final ExportedPackages exported = new ExportedPackages(GenerationLoader.class.getClassLoader());

    /**
     * A loader; keeps two things of the JDK from outliving plugins: its cache of open jars, which would keep deleted ones
     * open (JDK-6947916), is switched off, and its one thread for timeouts is started now, because it would hold the
     * class loader of the first caller.
     */
    public GenerationLoader() {
        URLConnection.setDefaultUseCaches("jar", false);
        CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS).execute(() -> {});
    }

    /**
     * One loaded copy of a plugin.
     *
     * @param platform the extension, created once
     * @param loader the class loader of its classes
     * @param manager the PF4J manager that has loaded it
     */
    public record Loaded(Platform platform, ClassLoader loader, AutoCloseable manager) {}

    /**
     * Loads all classes of a plugin and creates its one extension. Runs constructors and static initializers of the
     * plugin, so it is called on the generation's lane.
     *
     * @throws InvalidPluginException when that fails; nothing stays loaded then
     */
    public Loaded load(Artifact artifact) throws InvalidPluginException {
        GenerationManager manager = new GenerationManager(artifact, exported);
        try {
            ClassLoader loader = manager.open();
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(loader);
            try {
                return new Loaded(instantiate(artifact, loader), loader, manager);
            } finally {
                thread.setContextClassLoader(before);
            }
        } catch (InvalidPluginException e) {
            manager.close();
            throw e;
        } catch (RuntimeException | Error e) {
            // The border to a plugin's code: a static initializer may throw any error.
            manager.close();
            throw InvalidPluginException.threw("loading plugin " + artifact.label(), e, artifact);
        }
    }

    private static Platform instantiate(Artifact artifact, ClassLoader loader) throws InvalidPluginException {
        String name = artifact.extension();
        try {
            loadAll(artifact, loader);
            Class<?> type = loader.loadClass(name);
            Object extension = type.getConstructor().newInstance();
            if (extension instanceof Platform platform) {
                return platform;
            }
            throw InvalidPluginException.permanent(
                    "extension " + name + " of plugin " + artifact.label()
                            + " does not implement Platform (dev.busbar.plugin); a plugin that was made for another"
                            + " host cannot run here",
                    null);
        } catch (InvocationTargetException e) {
            String constructor = "the constructor of " + name + " of plugin " + artifact.label();
            throw InvalidPluginException.threw(constructor, Objects.requireNonNullElse(e.getCause(), e), artifact);
        } catch (ExceptionInInitializerError e) {
            String initializer = "the static initializer of " + name + " of plugin " + artifact.label();
            throw InvalidPluginException.threw(initializer, e, artifact);
        } catch (NoSuchMethodException e) {
            throw InvalidPluginException.permanent(
                    "extension " + name + " of plugin " + artifact.label()
                            + " needs a public constructor without arguments, in a public class",
                    e);
        } catch (ReflectiveOperationException e) {
            throw InvalidPluginException.permanent(
                    "extension " + name + " of plugin " + artifact.label() + " cannot be made: " + e, e);
        }
    }

    /**
     * Loads every class now, so that a broken class shows before the publish, and no class is loaded from a jar that is
     * being closed. A library may contain classes for optional dependencies; those are skipped.
     */
    private static void loadAll(Artifact artifact, ClassLoader loader) {
        for (String name : artifact.classes().names()) {
            try {
                loader.loadClass(name);
            } catch (ClassNotFoundException | NoClassDefFoundError e) {
                LOG.debug("{}: class {} cannot be loaded ({})", artifact.label(), name, e.toString());
            }
        }
    }
}
