package badplugin;

/** Cannot be initialized. */
final class Limits {
    static final int MOST = Integer.parseInt("many");

    private Limits() {}
}
