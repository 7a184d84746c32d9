package dev.busbar.host.isolation;

import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginLoader;
import org.pf4j.PluginStatusProvider;
import org.pf4j.RuntimeMode;

/**
 * PF4J's manager of exactly one plugin: one manager cannot hold two versions of an id, two managers can. It gets a
 * descriptor without dependencies, read by the host. Not thread-safe: only the generation's lane uses it.
 */
final class GenerationManager extends JarPluginManager implements AutoCloseable {
    private final Artifact artifact;
    private final ClassLoader exported;

    GenerationManager(Artifact artifact, ClassLoader exported) {
        super(List.of(artifact.path().getParent()).toArray(Path[]::new));
        this.artifact = artifact;
        this.exported = exported;
    }

    /** Loads and starts the one plugin; its class loader is open after that. */
    ClassLoader open() {
        loadPlugin(artifact.path());
        startPlugin(artifact.id());
        return getPluginClassLoader(artifact.id());
    }

    @Override
    public void close() {
        if (getPlugin(artifact.id()) != null) {
            unloadPlugin(artifact.id());
        }
    }

    @Override
    public RuntimeMode getRuntimeMode() {
        return RuntimeMode.DEPLOYMENT;
    }

    // The constructor of the base class calls the following before this one's fields are set, so what they return reads
    // the fields only when it is used.

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path path) {
                return true;
            }

            @Override
            public PluginDescriptor find(Path path) {
                return new Descriptor(artifact);
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new JarPluginLoader(this) {
            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                PluginClassLoader loader = createPluginClassLoader(path, descriptor);
                loader.addURL(url(path));
                return loader;
            }

            @Override
            protected PluginClassLoader createPluginClassLoader(Path path, PluginDescriptor descriptor) {
                return new GenerationClassLoader(GenerationManager.this, descriptor, artifact, exported);
            }
        };
    }

    /** The URL of a jar, whose resources have URLs in which the first {@code !/} ends that of the jar. */
    private static URL url(Path path) {
        try {
            return new URL(path.toUri().toASCIIString().replace("!", "%21"));
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a path has a URL", e);
        }
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String id) {
                return false;
            }

            @Override
            public void disablePlugin(String id) {
                throw new IllegalStateException("desired state decides what runs");
            }

            @Override
            public void enablePlugin(String id) {
                throw new IllegalStateException("desired state decides what runs");
            }
        };
    }

    private static final class Descriptor extends DefaultPluginDescriptor {
        Descriptor(Artifact artifact) {
            setPluginId(artifact.id());
            setPluginVersion(artifact.version().toString());
            setPluginDescription(artifact.about().description());
            setProvider(artifact.about().provider());
            setLicense(artifact.about().license());
            setRequires("*");
        }
    }
}
