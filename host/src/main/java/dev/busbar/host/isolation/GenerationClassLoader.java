package dev.busbar.host.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.security.cert.Certificate;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginManager;

/**
 * Loads the classes of one generation: from its own jar first, but exported packages only from the host.
 * Rewrites the classes that would end the process. Thread-safe as class loaders are.
 */
final class GenerationClassLoader extends PluginClassLoader {
    private final Artifact artifact;
    private final ClassLoader exported;

    GenerationClassLoader(PluginManager manager, PluginDescriptor descriptor, Artifact artifact, ClassLoader exported) {
        super(manager, descriptor, exported, ClassLoadingStrategy.PDA);
        this.artifact = artifact;
        this.exported = exported;
    }

    @Override
    protected boolean shouldDelegateToParent(String className) {
        return ExportedPackages.isExported(className);
    }

    @Override
    public Class<?> loadClass(String className) throws ClassNotFoundException {
        try {
            return super.loadClass(className);
        } catch (ClassNotFoundException e) {
            // PF4J drops the parent's message, which says that the package is not exported.
            return exported.loadClass(className);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!artifact.classes().exitCallers().contains(name)) {
            return super.findClass(name);
        }
        URL resource = findResource(name.replace('.', '/') + ".class");
        if (resource == null) {
            throw new ClassNotFoundException(name);
        }
        try (InputStream in = resource.openStream()) {
            byte[] guarded = ExitGuard.rewrite(in.readAllBytes());
            CodeSource source = new CodeSource(artifact.path().toUri().toURL(), new Certificate[0]);
            return defineClass(name, guarded, 0, guarded.length, source);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @Override
    public String toString() {
        return "GenerationClassLoader[" + artifact.label() + "]@" + Integer.toHexString(System.identityHashCode(this));
    }
}
