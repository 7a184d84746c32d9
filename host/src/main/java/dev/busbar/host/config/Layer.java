package dev.busbar.host.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Settings of one kind of source, under the names of that source. Immutable. */
final class Layer {
    private final int ordinal;
    private final Map<String, Setting> settings;
    private final UnaryOperator<String> naming;
    private final Set<String> keys;

    private Layer(int ordinal, Map<String, Setting> settings, UnaryOperator<String> naming, Set<String> keys) {
        this.ordinal = ordinal;
        this.settings = Map.copyOf(settings);
        this.naming = naming;
        this.keys = Set.copyOf(keys);
    }

    /** A layer whose names are keys: a YAML file, or the command line. A higher ordinal wins. */
    static Layer ofKeys(int ordinal, Map<String, Setting> settings) {
        return new Layer(ordinal, settings, UnaryOperator.identity(), settings.keySet());
    }

    /** A layer whose names are those of environment variables. A higher ordinal wins. */
    static Layer ofVariables(int ordinal, Map<String, Setting> settings) {
        return new Layer(ordinal, settings, Names::variable, Set.of());
    }

    /** The name of a key in this source. */
    String name(String key) {
        return naming.apply(key);
    }

    /** The keys that are set; none where a name does not determine its key. */
    Set<String> keys() {
        return keys;
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
