package dev.busbar.host.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.CodeSource;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the classes of one generation: from its own jar first, but exported packages only from the host.
 * Rewrites the classes that would end the process. Thread-safe as class loaders are.
 */
final class GenerationClassLoader extends PluginClassLoader {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationClassLoader.class);

    private final Artifact artifact;
    private final ClassLoader exported;
    private final Object jarLock = new Object();
    private @Nullable JarFile jar;
    private boolean closed;

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
        try {
            return defineGuarded(name, jar());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    /**
     * Defines a class with the signers and in the package of the classes that the base class defines: those of one
     * package must have the same signers, and be of one jar where it is sealed.
     */
    private Class<?> defineGuarded(String name, JarFile jar) throws ClassNotFoundException, IOException {
        JarEntry entry = jar.getJarEntry(name.replace('.', '/') + ".class");
        if (entry == null) {
            throw new ClassNotFoundException(name);
        }
        byte[] guarded;
        try (InputStream in = jar.getInputStream(entry)) {
            guarded = ExitGuard.rewrite(in.readAllBytes());
        }
        URL source = getURLs()[0];
        definePackageOf(name, jar, source);
        return defineClass(name, guarded, 0, guarded.length, new CodeSource(source, entry.getCodeSigners()));
    }

    private void definePackageOf(String name, JarFile jar, URL source) throws IOException {
        int dot = name.lastIndexOf('.');
        Manifest manifest = jar.getManifest();
        if (dot < 0 || manifest == null || getDefinedPackage(name.substring(0, dot)) != null) {
            return;
        }
        try {
            definePackage(name.substring(0, dot), manifest, source);
        } catch (IllegalArgumentException e) {
            LOG.debug("package of {} was defined by another thread", name);
        }
    }

    /** The jar once more, which the base class does not lend; opened for the first class that is rewritten. */
    private JarFile jar() throws IOException {
        synchronized (jarLock) {
            if (closed) {
                throw new IOException("its class loader is closed");
            }
            if (jar == null) {
                jar = new JarFile(artifact.path().toFile(), true, ZipFile.OPEN_READ, JarFile.runtimeVersion());
            }
            return jar;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            super.close();
        } finally {
            synchronized (jarLock) {
                closed = true;
                if (jar != null) {
                    jar.close();
                }
            }
        }
    }

    @Override
    public String toString() {
        return "GenerationClassLoader[" + artifact.label() + "]@" + Integer.toHexString(System.identityHashCode(this));
    }
}
