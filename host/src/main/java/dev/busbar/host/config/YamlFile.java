package dev.busbar.host.config;

import dev.busbar.host.config.ConfigurationException.Fault;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reader of a YAML file. Works on the parsed nodes instead of the loaded objects, for the line of each value,
 * for scalars as they are written ({@code 010} stays so), and because loading hides duplicate keys. For one
 * thread and one file.
 */
final class YamlFile {
    private static final int MAX_DEPTH = 8;

    private final Path file;
    private final Consumer<Fault> faults;
    private final Map<String, Setting> settings = new HashMap<>();

    private YamlFile(Path file, Consumer<Fault> faults) {
        this.file = file;
        this.faults = faults;
    }

    static Map<String, Setting> read(Path file, Consumer<Fault> faults) {
        YamlFile yaml = new YamlFile(file, faults);
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Node root = new Yaml(new LoaderOptions()).compose(reader);
            if (root != null) {
                yaml.readRoot(root);
            }
        } catch (MarkedYAMLException e) {
            faults.accept(new Fault(yaml.at(e.getProblemMark()), "", null, "YAML; " + e.getProblem()));
        } catch (YAMLException | IOException e) {
            faults.accept(new Fault(file.toString(), "", null, "a readable YAML file; " + e));
        }
        return yaml.settings;
    }

    private void readRoot(Node root) {
        if (root instanceof MappingNode mapping) {
            readMapping("", mapping, 1);
        } else {
            refuse(root, "", "sections and keys, such as \"port: 8080\"");
        }
    }

    private void readMapping(String prefix, MappingNode mapping, int depth) {
        if (depth > MAX_DEPTH) {
            refuse(mapping, prefix, "at most " + MAX_DEPTH + " levels");
            return;
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode name) {
                String key = prefix.isEmpty() ? name.getValue() : prefix + "." + name.getValue();
                readValue(key, entry.getValueNode(), depth);
            } else {
                refuse(entry.getKeyNode(), prefix, "a plain key");
            }
        }
    }

    private void readValue(String key, Node value, int depth) {
        if (value instanceof MappingNode mapping) {
            readMapping(key, mapping, depth + 1);
        } else if (value instanceof SequenceNode sequence) {
            readSequence(key, sequence);
        } else if (value instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)) {
            put(key, scalar, scalar.getValue());
        }
    }

    private void readSequence(String key, SequenceNode sequence) {
        List<String> elements = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            if (element instanceof ScalarNode scalar) {
                elements.add(scalar.getValue());
            } else {
                refuse(element, key, "a list of plain values");
                return;
            }
        }
        put(key, sequence, Values.join(elements));
    }

    private void put(String key, Node node, String text) {
        String source = at(node.getStartMark());
        Setting earlier = settings.putIfAbsent(key, new Setting(key, source, text));
        if (earlier != null) {
            faults.accept(new Fault(source, key, null, "each key once; it is also at " + earlier.source()));
        }
    }

    private void refuse(Node node, String key, String expectation) {
        faults.accept(new Fault(at(node.getStartMark()), key, null, expectation));
    }

    private String at(@Nullable Mark mark) {
        return mark == null ? file.toString() : file + ":" + (mark.getLine() + 1);
    }
}
