package dev.busbar.host.leaks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;

/**
 * A class loader with one class that nobody holds: when it is gone, a collection has run that unloads classes and looks
 * at objects of its age, so that what is older and still there is held by somebody.
 */
final class Canary extends ClassLoader {
    private static final String SONG = Canary.class.getName() + "$Song";

    /** The one class; without any the JVM would treat the loader like any other object. */
    private static final class Song {}

    private Canary() {
        super("busbar-canary", null);
    }

    static WeakReference<ClassLoader> release() {
        Canary canary = new Canary();
        byte[] song = bytes();
        canary.defineClass(SONG, song, 0, song.length);
        return new WeakReference<>(canary);
    }

    private static byte[] bytes() {
        try (InputStream in = Song.class.getResourceAsStream("Canary$Song.class")) {
            if (in == null) {
                throw new IllegalStateException(SONG + " is not in the host's jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
