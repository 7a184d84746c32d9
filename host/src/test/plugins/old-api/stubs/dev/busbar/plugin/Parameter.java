package dev.busbar.plugin;

/** With the old names. */
public final class Parameter {
    private Parameter() {}

    public static Parameter query(String name) {
        throw new UnsupportedOperationException(name);
    }

    public Parameter type(Class<?> value) {
        throw new UnsupportedOperationException(value.getName());
    }

    public Parameter required() {
        throw new UnsupportedOperationException();
    }
}
