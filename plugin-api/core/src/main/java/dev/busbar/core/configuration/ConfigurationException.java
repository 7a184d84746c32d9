package dev.busbar.core.configuration;

/** A configuration that a platform cannot be given, with the reason in one sentence that an operator can act on. */
public final class ConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    private ConfigurationException(String reason, boolean temporary) {
        super(reason);
        this.temporary = temporary;
    }

    /** The reason why a configuration does not fit, whenever it is read. */
    static ConfigurationException misfit(String reason) {
        return new ConfigurationException(reason, false);
    }

    /** The reason why a reference cannot be resolved now. */
    static ConfigurationException unresolved(String reason) {
        return new ConfigurationException(reason, true);
    }

    /** Returns whether the same configuration may fit later, since a file or a variable is missing. */
    public boolean isTemporary() {
        return temporary;
    }
}
