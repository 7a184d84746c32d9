package dev.busbar.core.json;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * The check of the type of a response: whether its values, and those of its members, can be written as JSON, before the
 * first response finds out. One check; used by one thread.
 */
public final class ResponseTypes {
    private static final String EXPECTED = " (expected: a record, or a class with public members or getters)";

    private final SerializerProvider provider;
    private final Set<JavaType> seen = new HashSet<>();

    private ResponseTypes(SerializerProvider provider) {
        this.provider = provider;
    }

    /** The reason why no value of a type can be written; empty where one can. */
    public static Optional<String> fault(Type type, ObjectMapper mapper) {
        return new ResponseTypes(mapper.getSerializerProviderInstance()).fault(mapper.constructType(type));
    }

    private Optional<String> fault(JavaType type) {
        if (!seen.add(type)) {
            return Optional.empty();
        }
        if (type.isContainerType() || type.isReferenceType()) {
            return fault(type.getContentType());
        }
        String name = type.getRawClass().getName();
        try {
            JsonSerializer<?> binding = provider.findValueSerializer(type);
            // The members of an abstract type are those of whatever value there is.
            if (binding instanceof UnknownSerializer && type.isConcrete() && !type.isJavaLangObject()) {
                return Optional.of(name + " cannot be written as JSON" + EXPECTED);
            }
            return membersFault(binding);
        } catch (JsonMappingException | IllegalArgumentException e) {
            return Optional.of(name + " cannot be written as JSON: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Optional<String> membersFault(JsonSerializer<?> binding) {
        for (Iterator<PropertyWriter> members = binding.properties(); members.hasNext(); ) {
            Optional<String> fault = fault(members.next().getType());
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }
}
