package dev.busbar.core.configuration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The configuration of one generation, to be bound to a type of its own. References in its texts are resolved when it is
 * bound; their values, and those that the plugin has marked, are secrets, which {@link #hide} removes from a text. May be
 * used from any thread.
 */
public final class ConfigurationText {
    private static final Pattern PLACE = Pattern.compile(" \\(line -?[0-9]+, column -?[0-9]+\\)");
    private static final int MIN_SECRET_LETTERS = 4;

    private final String text;
    private final JsonCodec json;
    private final ConfigurationReferences references;
    private final String advice;
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();

    /**
     * A configuration.
     *
     * @param text a JSON object; empty for none
     * @param json the generation's binding
     * @param secrets JSON pointers to its secrets
     * @param advice where an operator changes it, such as {@code PUT /admin/plugins/billing/config}
     */
    public ConfigurationText(
            String text, JsonCodec json, ConfigurationReferences references, List<String> secrets, String advice) {
        this.text = text;
        this.json = json;
        this.references = references;
        this.advice = advice;
        if (!secrets.isEmpty()) {
            JsonNode tree = tree(text);
            secrets.stream()
                    .map(pointer -> tree.at(pointer).asText())
                    .filter(value -> !ConfigurationReferences.isIn(value))
                    .forEach(this::addSecret);
        }
    }

    /**
     * Binds it.
     *
     * @throws ConfigurationException with everything that does not fit, by JSON pointer
     */
    public <T> T as(TypeRef<T> type) {
        String resolved = text.contains("${") ? resolved() : text;
        byte[] bytes = (resolved.isEmpty() ? "{}" : resolved).getBytes(StandardCharsets.UTF_8);
        try {
            return forConfiguration().decode(new ByteArrayInputStream(bytes), type);
        } catch (ProblemException e) {
            String what = text.isEmpty() ? "it has no configuration" : "its configuration does not fit";
            throw ConfigurationException.misfit(
                    hide(what + ": " + faults(e, tree(resolved), type) + "; set it with " + advice));
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot fail to be read", e);
        }
    }

    /** A codec of its own, where a duration may be written as in the configuration of the host. */
    private JsonCodec forConfiguration() {
        return json.with(
                new SimpleModule("configuration").addDeserializer(Duration.class, new ConfigurationDuration()));
    }

    /** A text without the secrets of this configuration. */
    public String hide(String message) {
        String hidden = message;
        for (String secret : secrets.stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .toList()) {
            hidden = hidden.replace(secret, ConfigurationMask.MASK);
        }
        return hidden;
    }

    private void addSecret(String value) {
        if (value.length() >= MIN_SECRET_LETTERS) {
            secrets.add(value);
        }
    }

    private JsonNode tree(String of) {
        try {
            return json.mapper().readTree(of.isEmpty() ? "{}" : of);
        } catch (JsonProcessingException e) {
            return json.mapper().createObjectNode(); // malformed, which the binding tells with the place
        }
    }

    private String resolved() {
        JsonNode tree = tree(text);
        List<String> faults = new ArrayList<>();
        JsonNode resolved = resolve("", tree, faults);
        if (!faults.isEmpty()) {
            throw ConfigurationException.unresolved(
                    "its configuration cannot be resolved: " + String.join("; ", faults));
        }
        return tree.isEmpty() ? text : resolved.toString();
    }

    private JsonNode resolve(String pointer, JsonNode node, List<String> faults) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
                object.set(
                        member.getKey(), resolve(pointer + "/" + escape(member.getKey()), member.getValue(), faults));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, resolve(pointer + "/" + i, array.get(i), faults));
            }
        } else if (node.isTextual() && node.textValue().contains("${")) {
            try {
                String value = references.resolve(node.textValue());
                if (ConfigurationReferences.isIn(node.textValue())) {
                    addSecret(value);
                }
                return json.mapper().getNodeFactory().textNode(value);
            } catch (IllegalArgumentException e) {
                faults.add(pointer + ": " + e.getMessage());
            }
        }
        return node;
    }

    private static String escape(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }

    private static String faults(ProblemException problem, JsonNode tree, TypeRef<?> type) {
        Set<String> faults = new LinkedHashSet<>(missing(tree, type));
        if (problem.violations().isEmpty()) {
            faults.add(String.valueOf(problem.getMessage()));
        }
        for (ProblemException.Violation violation : problem.violations()) {
            String pointer = violation.pointer();
            boolean isMissing = !pointer.isEmpty() && tree.at(pointer).isMissingNode();
            if (!isMissing) {
                String detail = PLACE.matcher(violation.detail()).replaceAll("");
                faults.add(pointer.isEmpty() ? detail : pointer + " " + detail);
            } else if (faults.stream().noneMatch(fault -> fault.startsWith(pointer + " "))) {
                faults.add(pointer + " is missing");
            }
        }
        return String.join("; ", faults);
    }

    /** The members without which a record cannot be made: those of a primitive type. */
    private static List<String> missing(JsonNode tree, TypeRef<?> type) {
        if (!(type.type() instanceof Class<?> record) || !record.isRecord()) {
            return List.of();
        }
        return Arrays.stream(record.getRecordComponents())
                .filter(component -> component.getType().isPrimitive())
                .filter(component -> !tree.has(component.getName()))
                .map(ConfigurationText::missing)
                .collect(Collectors.toList());
    }

    private static String missing(RecordComponent component) {
        return "/" + escape(component.getName()) + " is missing (expected: "
                + component.getType().getSimpleName() + ")";
    }
}
