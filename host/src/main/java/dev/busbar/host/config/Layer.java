package dev.busbar.host.config;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What one kind of source sets, under the names it uses itself. Immutable. */
final class Layer {
    private final int ordinal;
    private final Map<String, Setting> settings;
    private final UnaryOperator<String> naming;

    private Layer(int ordinal, Map<String, Setting> settings, UnaryOperator<String> naming) {
        this.ordinal = ordinal;
        this.settings = Map.copyOf(settings);
        this.naming = naming;
    }

    /** A layer whose names are keys: a YAML file, or the command line. A higher ordinal wins. */
    static Layer ofKeys(int ordinal, Map<String, Setting> settings) {
        return new Layer(ordinal, settings, UnaryOperator.identity());
    }

    /** A layer whose names are those of environment variables. A higher ordinal wins. */
    static Layer ofVariables(int ordinal, Map<String, Setting> settings) {
        return new Layer(ordinal, settings, Names::variable);
    }

    /** What a key is called here. */
    String name(String key) {
        return naming.apply(key);
    }

    /** By the names used here. */
    Map<String, Setting> settings() {
        return settings;
    }

    Optional<Setting> find(String key) {
        return Optional.ofNullable(settings.get(name(key)));
    }

    int ordinal() {
        return ordinal;
    }
}
