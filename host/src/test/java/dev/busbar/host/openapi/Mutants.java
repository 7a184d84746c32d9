package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;

/** Mutations of a JSON value: members removed, added, set to null or to another type. Stateless. */
final class Mutants {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Mutants() {}

    /** Some mutations of a value. */
    static List<JsonNode> of(JsonNode value, Random random) {
        List<JsonNode> mutants = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mutants.add(mutate(value.deepCopy(), random, 0));
        }
        return mutants;
    }

    private static JsonNode mutate(JsonNode value, Random random, int depth) {
        boolean goesDown = value.isContainerNode() && !value.isEmpty() && (depth == 0 || random.nextBoolean());
        if (goesDown && value instanceof ObjectNode object) {
            List<String> names = StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false)
                    .toList();
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> object.remove(name);
                case 1 -> object.put("added", 1);
                default -> object.set(name, mutate(object.get(name), random, depth + 1));
            }
            return object;
        }
        if (goesDown && value instanceof ArrayNode array) {
            int index = random.nextInt(array.size());
            array.set(index, mutate(array.get(index), random, depth + 1));
            return array;
        }
        return other(random);
    }

    private static JsonNode other(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.numberNode(random.nextInt(100));
            case 2 -> NODES.numberNode(1.5);
            case 3 -> NODES.textNode("text");
            case 4 -> NODES.textNode("");
            case 5 -> NODES.booleanNode(true);
            case 6 -> NODES.arrayNode();
            default -> NODES.objectNode();
        };
    }
}
