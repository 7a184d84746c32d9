package dev.busbar.core;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * The check of the type of a request body: whether JSON can be bound to it and to the types of its members, before the
 * first request finds out. One check; used by one thread.
 */
final class BodyTypes {
    private static final String EXPECTED = " (expected: a record, a Kotlin class with @JvmRecord, or a class with a"
            + " constructor without arguments and members that can be set)";

    private final DeserializationContext context;
    private final Set<JavaType> seen = new HashSet<>();

    private BodyTypes(DeserializationContext context) {
        this.context = context;
    }

    /** The reason why a type cannot be bound; empty where it can. */
    static Optional<String> fault(Type type, JsonCodec json) {
        ObjectMapper mapper = json.mapper();
        if (!(mapper.getDeserializationContext() instanceof DefaultDeserializationContext blueprint)) {
            throw new IllegalStateException("a mapper without a context of its own");
        }
        DeserializationContext context = blueprint.createDummyInstance(mapper.getDeserializationConfig());
        return new BodyTypes(context).fault(mapper.constructType(type), true);
    }

    private Optional<String> fault(JavaType type, boolean isBody) {
        if (!seen.add(type)) {
            return Optional.empty();
        }
        try {
            if (type.isContainerType() || type.isReferenceType()) {
                return fault(type.getContentType(), isBody && !type.isMapLikeType());
            }
            return fault(type, context.findRootValueDeserializer(type), isBody);
        } catch (JsonMappingException | IllegalArgumentException e) {
            return Optional.of(type.getRawClass().getName() + " cannot be read from JSON: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Optional<String> fault(JavaType type, JsonDeserializer<?> binding, boolean isBody) {
        String name = type.getRawClass().getName();
        if (binding instanceof AbstractDeserializer || binding instanceof UnsupportedTypeDeserializer) {
            return Optional.of(name + " cannot be read from JSON" + EXPECTED);
        }
        if (!(binding instanceof BeanDeserializerBase bean)) {
            return Optional.empty();
        }
        if (!canBeMade(bean.getValueInstantiator(), isBody) || !(hasMembers(bean) || type.isRecordType())) {
            return Optional.of(name + " cannot be read from JSON" + EXPECTED);
        }
        for (Iterator<SettableBeanProperty> members = bean.properties(); members.hasNext(); ) {
            Optional<String> fault = fault(members.next().getType(), false);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    /** A class with a constructor of one text or number can be a member, but a body is an object. */
    private boolean canBeMade(ValueInstantiator made, boolean isBody) {
        boolean fromObject = made.canCreateUsingDefault()
                || made.canCreateFromObjectWith()
                || made.canCreateUsingDelegate()
                || made.canCreateUsingArrayDelegate();
        return fromObject || (!isBody && made.canInstantiate());
    }

    /** A class of which a member is made from a text needs none. */
    private static boolean hasMembers(BeanDeserializerBase bean) {
        return bean.properties().hasNext() || !bean.getValueInstantiator().canCreateUsingDefault();
    }
}
