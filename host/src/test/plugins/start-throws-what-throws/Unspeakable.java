package badplugin;

/** Throws when it is asked for its message. */
final class Unspeakable extends RuntimeException {
    @Override
    public String getMessage() {
        throw new AssertionError("unspeakable");
    }
}
