package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The layers, looked up together. Immutable. */
final class Layers {
    private final List<Layer> layers;

    Layers(Collection<Layer> layers) {
        this.layers = layers.stream()
                .sorted(Comparator.comparingInt(Layer::ordinal).reversed())
                .toList();
    }

    /** The setting of the highest layer that sets a key. */
    Optional<Setting> find(String key) {
        return layers.stream().flatMap(layer -> layer.find(key).stream()).findFirst();
    }

    /** The names between a section and the keys under them, in order, each with one of those keys. */
    Map<String, String> sections(String section) {
        String prefix = section + ".";
        Map<String, String> sections = new TreeMap<>();
        for (Layer layer : layers) {
            for (String key : layer.keys()) {
                int end = key.indexOf('.', prefix.length());
                if (key.startsWith(prefix) && end > 0) {
                    sections.putIfAbsent(key.substring(prefix.length(), end), key);
                }
            }
        }
        return sections;
    }

    /** A fault for each setting of an unknown key. */
    List<Fault> unknown(Set<String> keys) {
        List<Fault> faults = new ArrayList<>();
        for (Layer layer : layers) {
            Set<String> names = keys.stream().map(layer::name).collect(Collectors.toCollection(TreeSet::new));
            layer.settings().entrySet().stream()
                    .filter(entry -> !names.contains(entry.getKey()))
                    .sorted(Map.Entry.comparingByKey())
                    .map(entry -> unknown(entry.getValue(), entry.getKey(), names))
                    .forEach(faults::add);
        }
        return faults;
    }

    /** Without the value, which may be a secret whose key was misspelt. */
    private static Fault unknown(Setting setting, String name, Set<String> names) {
        String hint = Names.nearest(name, names)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("");
        return new Fault(setting.source(), setting.key(), null, "a known key" + hint);
    }
}
