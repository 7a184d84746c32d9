package dev.busbar.host.leaks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A class loader with one class: when it is collected after its only reference was dropped, a collection has run that
 * unloads classes and considers objects of its age, so that an older object that is still there had a holder then.
 */
final class Canary extends ClassLoader {
    private static final String CLASS_NAME = Canary.class.getName() + "$Payload";

    /** The one class; without any the JVM would treat the loader like any other object. */
    private static final class Payload {}

    private static final byte[] PAYLOAD = bytes();

    private Canary() {
        super("busbar-canary", null);
    }

    static ClassLoader create() {
        Canary canary = new Canary();
        canary.defineClass(CLASS_NAME, PAYLOAD, 0, PAYLOAD.length);
        return canary;
    }

    private static byte[] bytes() {
        try (InputStream in = Payload.class.getResourceAsStream("Canary$Payload.class")) {
            if (in == null) {
                throw new IllegalStateException(CLASS_NAME + " is not in the host's jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
