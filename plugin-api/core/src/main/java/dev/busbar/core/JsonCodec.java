package dev.busbar.core;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.busbar.core.json.FiniteNumbers;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import java.io.ByteArrayInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds JSON for one generation. Each generation has one of its own, caches of types included, because a mapper that
 * once met a class keeps its class loader alive (jackson-databind#1363). May be used from any thread.
 */
public final class JsonCodec {
    private static final Pattern HINT = Pattern.compile(" \\((for |start marker ).*");

    private final ObjectMapper mapper;

    /** A codec that resolves types by a class loader and forgets them with itself. */
    public JsonCodec(ClassLoader loader) {
        this(loader, new JsonFactory());
    }

    /**
     * The same for what may be secret: no buffer is used twice, so nothing of what was read or written stays in one. Costs
     * some kilobytes of garbage a value.
     */
    public static JsonCodec withoutTraces(ClassLoader loader) {
        return new JsonCodec(
                loader,
                JsonFactory.builder()
                        .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                        .build());
    }

    private JsonCodec(ClassLoader loader, JsonFactory factory) {
        LookupCache<Object, JavaType> cache = new LRUMap<>(64, 1_000);
        TypeFactory types = TypeFactory.defaultInstance().withCache(cache).withClassLoader(loader);
        mapper = JsonMapper.builder(factory)
                .typeFactory(types)
                .addModule(new Jdk8Module())
                .addModule(new JavaTimeModule())
                .addModule(FiniteNumbers.module())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(
                        SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
                        SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .build();
    }

    private JsonCodec(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** A codec that binds some types in another way. */
    public JsonCodec with(Module module) {
        return new JsonCodec(mapper.copy().registerModule(module));
    }

    /** What reads and writes, to be asked how types look in JSON; not to be configured. It knows its types, so let go of it. */
    public ObjectMapper mapper() {
        return mapper;
    }

    /**
     * Encodes a value, UTF-8.
     *
     * @throws IllegalArgumentException when the value cannot be encoded
     */
    public byte[] encode(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a " + value.getClass().getName() + " cannot be written as JSON", e);
        }
    }

    /**
     * Encodes a value into a stream, UTF-8, which is not closed.
     *
     * @throws IOException when the value cannot be encoded, or the stream fails
     */
    public void encode(Object value, OutputStream out) throws IOException {
        mapper.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(out, value);
    }

    /**
     * Reads one value to the end of the input.
     *
     * @throws ProblemException 400 with line and column where the text is malformed, 422 with a pointer where it does
     *     not fit; and whatever problem the stream throws
     * @throws IOException when the input cannot be read
     */
    public <T> T decode(InputStream in, Class<T> type) throws IOException {
        return decode(in, TypeRef.of(type));
    }

    /**
     * Reads one value of a type with type arguments to the end of the input.
     *
     * @throws ProblemException as for {@link #decode(InputStream, Class)}
     * @throws IOException when the input cannot be read
     */
    @SuppressWarnings("unchecked") // the reader is made for the type
    public <T> T decode(InputStream in, TypeRef<T> type) throws IOException {
        return (T) decode(in, type.type());
    }

    /** Reads one value, to find out whether it can be read. */
    Object decode(InputStream in, Type type) throws IOException {
        return decode(reader(type), in, type);
    }

    private ObjectReader reader(Type type) {
        return mapper.readerFor(mapper.constructType(type));
    }

    /**
     * Reads a value that another platform has sent, which may have grown: unknown members are ignored.
     *
     * @throws ProblemException as for {@link #decode(InputStream, TypeRef)}
     */
    @SuppressWarnings("unchecked") // the reader is made for the type
    public <T> T decodeGrown(byte[] bytes, TypeRef<T> type) {
        ObjectReader reader = reader(type.type()).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        try {
            return (T) decode(reader, new ByteArrayInputStream(bytes), type.type());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private static Object decode(ObjectReader reader, InputStream in, Type type) throws IOException {
        try {
            Object value = reader.readValue(in);
            if (value == null) {
                throw ProblemException.invalid("", "null (expected: a value)");
            }
            return value;
        } catch (InputCoercionException e) {
            throw ProblemException.invalid("", misfitAt(e.getLocation()));
        } catch (StreamReadException | StreamConstraintsException e) {
            throw malformed(e);
        } catch (CharConversionException e) {
            throw ProblemException.badRequest("malformed JSON: its octets are not those of a Unicode encoding");
        } catch (InvalidDefinitionException e) {
            throw new IllegalArgumentException(type.getTypeName() + " cannot be read from JSON", e);
        } catch (JsonMappingException e) {
            throw misfit(e);
        }
    }

    private static ProblemException malformed(JacksonException e) {
        return malformed(e.getLocation(), firstSentence(e.getOriginalMessage()));
    }

    private static ProblemException malformed(@Nullable JsonLocation at, String what) {
        String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return ProblemException.badRequest("malformed JSON" + where + ": " + what);
    }

    private static RuntimeException misfit(JsonMappingException e) {
        if (e.getCause() instanceof ProblemException problem) {
            return problem;
        }
        boolean readable = e.getCause() == null || e.getCause() instanceof InputCoercionException;
        if (!readable && e.getCause() instanceof JacksonException malformed) {
            return malformed(malformed);
        }
        if (e.getPath().isEmpty() && e.getOriginalMessage().contains("end-of-input")) {
            return malformed(e);
        }
        if (e.getPath().isEmpty() && e.getOriginalMessage().startsWith("Trailing token")) {
            return malformed(e.getLocation(), "something follows after the value");
        }
        String pointer = e.getPath().stream()
                .map(step -> "/" + (step.getFieldName() == null ? step.getIndex() : escape(step.getFieldName())))
                .collect(Collectors.joining());
        return ProblemException.invalid(pointer, reason(e));
    }

    private static String reason(JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown member \"" + unknown.getPropertyName() + "\" (expected: one of "
                    + unknown.getKnownPropertyIds() + ")";
        }
        if (e instanceof ValueInstantiationException && e.getCause() instanceof IllegalArgumentException refused) {
            return refused.getMessage() == null ? "does not fit" : refused.getMessage();
        }
        if (e instanceof ValueInstantiationException && e.getCause() instanceof NullPointerException) {
            return "a required member is missing";
        }
        return misfitAt(e.getLocation());
    }

    private static String misfitAt(@Nullable JsonLocation at) {
        return "does not fit the expected type"
                + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")");
    }

    /** Jackson appends its own feature names and source excerpts after the first sentence; a client needs neither. */
    private static String firstSentence(String message) {
        String line = message.lines().findFirst().orElse("");
        return HINT.matcher(line).replaceFirst("");
    }

    private static String escape(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }
}
