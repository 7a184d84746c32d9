package dev.busbar.host.cli;

import dev.busbar.core.JsonCodec;
import dev.busbar.plugin.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON response of a host. Unknown members are ignored, so that responses of a newer host can be read; a member that
 * is absent or has another type is empty. Immutable.
 */
final class Tree {
    private static final JsonCodec JSON = new JsonCodec(Tree.class.getClassLoader());

    /** A response without content. */
    static final Tree EMPTY = new Tree(null);

    private final @Nullable Object value;

    private Tree(@Nullable Object value) {
        this.value = value;
    }

    /** @throws FailedException when it is not JSON */
    static Tree parse(byte[] json) throws FailedException {
        try {
            return new Tree(JSON.decode(new ByteArrayInputStream(json), Object.class));
        } catch (IOException | ProblemException e) {
            throw new FailedException("the response is not JSON (expected: the URL of a Busbar host)", e);
        }
    }

    /** JSON of a value of this program. */
    static byte[] encode(Object value) {
        return JSON.encode(value);
    }

    /** A list of trees. */
    static Tree list(List<Tree> items) {
        return new Tree(items.stream().map(item -> item.value).toList());
    }

    /** The tree of a value of this program. */
    static Tree of(Object value) throws FailedException {
        return parse(JSON.encode(value));
    }

    Tree get(String name) {
        return new Tree(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    boolean isThere() {
        return value != null;
    }

    boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /** A text or a number, as text. */
    Optional<String> text() {
        return value instanceof String || value instanceof Number ? Optional.of(value.toString()) : Optional.empty();
    }

    /** A member as text; nothing where there is none. */
    String text(String name) {
        return get(name).text().orElse("");
    }

    /** A member as a whole number, 0 where there is none. */
    long number(String name) {
        return get(name).value instanceof Number number ? number.longValue() : 0;
    }

    /** The elements of a list. */
    List<Tree> items() {
        return value instanceof List<?> list ? list.stream().map(Tree::new).toList() : List.of();
    }

    /** The elements of a list that are texts. */
    List<String> strings() {
        return items().stream().map(Tree::text).flatMap(Optional::stream).toList();
    }

    /** The members of an object that are texts, in their order. */
    List<Map.Entry<String, String>> texts() {
        return value instanceof Map<?, ?> members
                ? members.keySet().stream()
                        .map(name -> Map.entry(String.valueOf(name), text(String.valueOf(name))))
                        .toList()
                : List.of();
    }

    /** The JSON on one line, escaped for a terminal. */
    String json() {
        return value == null ? "null" : Plain.text(new String(JSON.encode(value), StandardCharsets.UTF_8));
    }
}
