package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A typed parameter of a {@link Route}. The host reads the declared parameters of a request before it calls the handler:
 * one that is missing, repeated or does not fit is answered 422 {@code validation-failed}, all of them in one response.
 * The handler gets the values by {@link Request#get}. Parameters that are not declared are not checked. Immutable; each
 * method that changes something returns a copy.
 *
 * <pre>{@code
 * private static final Parameter<String> ID = Parameter.path("id", STRING).description("the number on the bill");
 * private static final Parameter<Integer> LIMIT = Parameter.query("limit", INT.min(1).max(500)).defaultValue(50);
 * private static final Parameter<Optional<Instant>> SINCE = Parameter.query("since", INSTANT).optional();
 * private static final Parameter<List<String>> TAGS = Parameter.query("tag", STRING).list();
 *
 * Route.get("/bills", BILLS, request -> find(request.get(SINCE), request.get(TAGS), request.get(LIMIT)))
 *         .parameter(SINCE).parameter(TAGS).parameter(LIMIT)
 * }</pre>
 *
 * @param <T> what a request has: one value, an {@link Optional} of it or a list of them
 */
public final class Parameter<T> {
    private static final Pattern PATH_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9]*");
    private static final Pattern QUERY_NAME = Pattern.compile("[^\\p{Cntrl}\\p{Cs}&=#+\\s]{1,100}");
    private static final Pattern RESERVED =
            Pattern.compile("accept|authorization|content-type|cookie|x-api-key", Pattern.CASE_INSENSITIVE);

    private final Place place;
    private final String name;
    private final Values<T> values;
    private final String description;
    private final Optional<String> example;

    /** The part of a request that has a parameter. */
    public enum Place {
        /** In the path, as a segment of the template. */
        PATH,
        /** In the query. */
        QUERY,
        /** In a header. */
        HEADER
    }

    /** How many values a request may have. */
    public enum Occurrence {
        /** One; a request without it is rejected. */
        REQUIRED,
        /** One or none; none is an empty {@link Optional}, or the default value. */
        OPTIONAL,
        /** Any number, in order; none is an empty list. */
        REPEATED
    }

    /**
     * A name with a codec, which becomes a parameter once it is said how many values there may be. Immutable.
     *
     * @param <V> the type of one value
     */
    public static final class Named<V> {
        private final Place place;
        private final String name;
        private final Codec<V> codec;

        private Named(Place place, String name, Codec<V> codec) {
            this.place = place;
            this.name = name;
            this.codec = codec;
        }

        /** A parameter that each request must have. */
        public Parameter<V> required() {
            return new Parameter<>(place, name, new Values<>(codec, Occurrence.REQUIRED, null, texts -> one(
                            codec, texts)
                    .orElseThrow(() -> new IllegalArgumentException("missing (expected: " + codec.expected() + ")"))));
        }

        /** A parameter that a request may have. */
        public Parameter<Optional<V>> optional() {
            return new Parameter<>(
                    place, name, new Values<>(codec, Occurrence.OPTIONAL, null, texts -> one(codec, texts)));
        }

        /** A parameter with a value for requests that do not have it. The host rejects a plugin whose default does not fit. */
        public Parameter<V> defaultValue(V value) {
            requireNonNull(value, "value");
            String text = codec.write(value);
            return new Parameter<>(
                    place, name, new Values<>(codec, Occurrence.OPTIONAL, text, texts -> one(codec, texts)
                            .orElse(value)));
        }

        /**
         * A parameter that a request may have any number of times.
         *
         * @throws IllegalArgumentException when it is not in the query
         */
        public Parameter<List<V>> list() {
            if (place != Place.QUERY) {
                throw new IllegalArgumentException(
                        "header parameter: \"" + name + "\" as a list (expected: a query parameter)");
            }
            return new Parameter<>(
                    place, name, new Values<>(codec, Occurrence.REPEATED, null, texts -> all(codec, texts)));
        }
    }

    /** The values that a request may have, and the function that reads them from their texts. */
    private record Values<T>(
            Codec<?> codec, Occurrence occurrence, @Nullable String defaultText, Function<List<String>, T> read) {
        boolean isLike(Values<?> that) {
            return codec.equals(that.codec)
                    && occurrence == that.occurrence
                    && Objects.equals(defaultText, that.defaultText);
        }
    }

    private Parameter(Place place, String name, Values<T> values) {
        this(place, name, values, "", Optional.empty());
    }

    private Parameter(Place place, String name, Values<T> values, String description, Optional<String> example) {
        this.place = place;
        this.name = name;
        this.values = values;
        this.description = description;
        this.example = example;
    }

    private static <V> Optional<V> one(Codec<V> codec, List<String> texts) {
        if (texts.size() > 1) {
            throw new IllegalArgumentException("given " + texts.size() + " times (expected: once)");
        }
        return texts.isEmpty() ? Optional.empty() : Optional.of(codec.parse(texts.get(0)));
    }

    private static <V> List<V> all(Codec<V> codec, List<String> texts) {
        return texts.stream().map(codec::parse).toList();
    }

    private static void requireToken(String name) {
        try {
            HttpSyntax.checkHeader(name, "");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "header parameter: \"" + name + "\" (expected: a token, RFC 9110 section 5.1)", e);
        }
    }

    private static void require(boolean fits, Place place, String name, String expected) {
        if (!fits) {
            throw new IllegalArgumentException(place.name().toLowerCase(Locale.ROOT) + " parameter: \"" + name
                    + "\" (expected: " + expected + ")");
        }
    }

    /**
     * A parameter in the query.
     *
     * @throws IllegalArgumentException when the name cannot stand in a query as it is
     */
    public static <V> Named<V> query(String name, Codec<V> codec) {
        requireNonNull(codec, "codec");
        require(
                QUERY_NAME.matcher(name).matches(),
                Place.QUERY,
                name,
                "1 to 100 characters, without blanks, '&', '=', '#' and '+'");
        return new Named<>(Place.QUERY, name, codec);
    }

    /**
     * A parameter in a header. A route with cached responses must vary by it, or the host rejects the plugin.
     *
     * @throws IllegalArgumentException when the name is no token, or one of those that the host describes
     */
    public static <V> Named<V> header(String name, Codec<V> codec) {
        requireNonNull(codec, "codec");
        requireToken(name);
        require(
                !RESERVED.matcher(name).matches(),
                Place.HEADER,
                name,
                "none of those that the host describes itself: Accept, Content-Type and credentials");
        return new Named<>(Place.HEADER, name, codec);
    }

    /**
     * A parameter of the path template, which each request has. The host rejects a plugin whose template does not have it.
     *
     * @throws IllegalArgumentException when the name cannot stand in a template
     */
    public static <V> Parameter<V> path(String name, Codec<V> codec) {
        requireNonNull(codec, "codec");
        require(PATH_NAME.matcher(name).matches(), Place.PATH, name, "a name as in the path template");
        return new Named<>(Place.PATH, name, codec).required();
    }

    /** A copy with its meaning, in a sentence; CommonMark. */
    public Parameter<T> description(String text) {
        return new Parameter<>(place, name, values, requireNonNull(text, "text"), example);
    }

    /** A copy with the text of a value. The host rejects a plugin whose example does not fit. */
    public Parameter<T> example(String text) {
        return new Parameter<>(place, name, values, description, Optional.of(text));
    }

    /**
     * Reads the value of a request. Called by the host on the thread of the handler, once for each request.
     *
     * @param texts all texts that the request has under the name, in order
     * @throws IllegalArgumentException when they do not fit; the message is for the client
     */
    public T read(List<String> texts) {
        return values.read().apply(texts);
    }

    /** The part of a request that has it. */
    public Place place() {
        return place;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The place in a request, as {@link ProblemException.Violation#pointer} names it. */
    public String pointer() {
        return switch (place) {
            case PATH -> "{" + name + "}";
            case QUERY -> "?" + name;
            case HEADER -> "header " + name;
        };
    }

    /** The text form of one value. */
    public Codec<?> codec() {
        return values.codec();
    }

    /** How many values a request may have. */
    public Occurrence occurrence() {
        return values.occurrence();
    }

    /** Whether a request without it is rejected; always so in a path. */
    public boolean isRequired() {
        return occurrence() == Occurrence.REQUIRED;
    }

    /** The text of the default value; empty where there is none. */
    public Optional<String> defaultText() {
        return Optional.ofNullable(values.defaultText());
    }

    /** Its meaning; empty when nothing was said. */
    public String description() {
        return description;
    }

    /** The text of a value, as it stands in a request. */
    public Optional<String> example() {
        return example;
    }

    /** Whether another parameter has the same values in the same place, whatever is said about them. */
    @SuppressWarnings("ReferenceEquality") // a shortcut: a request is mostly asked for the declared constant itself
    public boolean isSame(Parameter<?> other) {
        return this == other || (place == other.place && name.equals(other.name) && values.isLike(other.values));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameter<?> that
                && isSame(that)
                && description.equals(that.description)
                && example.equals(that.example);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place, name, values.codec(), values.occurrence(), description, example);
    }

    @Override
    public String toString() {
        return pointer() + " " + occurrence().name().toLowerCase(Locale.ROOT) + ", " + codec().expected()
                + defaultText().map(text -> ", default " + text).orElse("");
    }
}
