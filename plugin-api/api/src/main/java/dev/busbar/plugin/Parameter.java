package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The description of a parameter of a {@link Route}: the host shows it and checks nothing, the handler does. Immutable;
 * each method that changes something returns a copy.
 *
 * <pre>{@code
 * Route.get("/bills/{id}", this::bill)
 *         .parameter(Parameter.path("id").description("the number on the bill").example("2026-17"))
 *         .parameter(Parameter.query("currency").type(Currency.class));
 * }</pre>
 */
public final class Parameter {
    private static final Pattern PATH_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9]*");
    private static final Pattern QUERY_NAME = Pattern.compile("[^\\p{Cntrl}\\p{Cs}&=#+\\s]{1,100}");
    private static final Pattern RESERVED =
            Pattern.compile("accept|authorization|content-type|cookie|x-api-key", Pattern.CASE_INSENSITIVE);

    private final Place place;
    private final String name;
    private final Class<?> type;
    private final boolean isRequired;
    private final String description;
    private final Optional<String> example;

    /** Where a parameter stands. */
    public enum Place {
        /** In the path, as a segment of the template. */
        PATH,
        /** In the query. */
        QUERY,
        /** In a header. */
        HEADER
    }

    private Parameter(
            Place place, String name, Class<?> type, boolean isRequired, String description, Optional<String> example) {
        this.place = place;
        this.name = name;
        this.type = type;
        this.isRequired = isRequired;
        this.description = description;
        this.example = example;
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(description, "description");
        requireNonNull(example, "example");
        switch (place) {
            case PATH -> require(PATH_NAME.matcher(name).matches(), place, name, "a name as in the path template");
            case QUERY ->
                require(
                        QUERY_NAME.matcher(name).matches(),
                        place,
                        name,
                        "1 to 100 characters, without blanks, '&', '=', '#' and '+'");
            case HEADER -> {
                requireToken(name);
                require(
                        !RESERVED.matcher(name).matches(),
                        place,
                        name,
                        "none of those that the host describes itself: Accept, Content-Type and credentials");
            }
        }
        if (type == void.class || type == Void.class || type.isArray()) {
            throw new IllegalArgumentException("parameter " + name + " type: " + type.getTypeName()
                    + " (expected: the type of one value, such as String.class or int.class)");
        }
    }

    private static void requireToken(String name) {
        try {
            HeaderField.check(name, "");
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
     * One in the query; a string, and optional until said otherwise.
     *
     * @throws IllegalArgumentException when the name cannot stand in a query as it is
     */
    public static Parameter query(String name) {
        return new Parameter(Place.QUERY, name, String.class, false, "", Optional.empty());
    }

    /**
     * One in a header; a string, and optional until said otherwise.
     *
     * @throws IllegalArgumentException when the name is no token, or one of those that the host describes
     */
    public static Parameter header(String name) {
        return new Parameter(Place.HEADER, name, String.class, false, "", Optional.empty());
    }

    /**
     * More about one of the path template; a string until said otherwise. The route refuses one that is not there.
     *
     * @throws IllegalArgumentException when the name cannot stand in a template
     */
    public static Parameter path(String name) {
        return new Parameter(Place.PATH, name, String.class, true, "", Optional.empty());
    }

    /** A copy with another type of value. */
    public Parameter type(Class<?> value) {
        return new Parameter(place, name, value, isRequired, description, example);
    }

    /** A copy that says that a request without it is refused. */
    public Parameter required() {
        return new Parameter(place, name, type, true, description, example);
    }

    /** A copy with what it is, in a sentence. */
    public Parameter description(String text) {
        return new Parameter(place, name, type, isRequired, text, example);
    }

    /** A copy with a value that fits. */
    public Parameter example(String value) {
        return new Parameter(place, name, type, isRequired, description, Optional.of(value));
    }

    /** Where it stands. */
    public Place place() {
        return place;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The type of its value as text: a string, number, boolean, enum, {@code UUID}, {@code Instant} and such. */
    public Class<?> type() {
        return type;
    }

    /** Whether a request without it is refused; always so in a path. */
    public boolean isRequired() {
        return isRequired;
    }

    /** What it is; empty when nothing was said. */
    public String description() {
        return description;
    }

    /** A value that fits, as it stands in the request. */
    public Optional<String> example() {
        return example;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameter that
                && place == that.place
                && name.equals(that.name)
                && type.equals(that.type)
                && isRequired == that.isRequired
                && description.equals(that.description)
                && example.equals(that.example);
    }

    @Override
    public int hashCode() {
        return Objects.hash(place, name, type, isRequired, description, example);
    }

    @Override
    public String toString() {
        return place + " " + name;
    }
}
