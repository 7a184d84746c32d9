package dev.busbar.host.openapi;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of types in JSON, with their names, as the codec reads and writes them. Confined to one thread; dropped with
 * the schemas of the generation, because it holds its types.
 */
final class Members {
    private final ObjectMapper mapper;
    private final boolean written;
    private final Map<Class<?>, Map<Member, String>> names = new HashMap<>();

    /** @param written whether the types are those of responses, else of requests */
    Members(ObjectMapper mapper, boolean written) {
        this.mapper = mapper;
        this.written = written;
    }

    /** The name of a member in JSON; empty if it is not part of it. */
    Optional<String> name(Member member) {
        Map<Member, String> known = names.computeIfAbsent(member.getDeclaringClass(), this::read);
        return Optional.ofNullable(known.get(member));
    }

    private Map<Member, String> read(Class<?> type) {
        JavaType resolved = mapper.getTypeFactory().constructType(type);
        BeanDescription description = written
                ? mapper.getSerializationConfig().introspect(resolved)
                : mapper.getDeserializationConfig().introspect(resolved);
        Map<Member, String> found = new HashMap<>();
        for (BeanPropertyDefinition property : description.findProperties()) {
            Member member = member(type, property);
            if (member != null && (written ? property.couldSerialize() : property.couldDeserialize())) {
                found.put(member, property.getName());
            }
        }
        return found;
    }

    /** The field of a property, if it has the type of the property; else its getter. */
    private static @Nullable Member member(Class<?> type, BeanPropertyDefinition property) {
        Field field = field(type, property.getInternalName());
        if (field != null && field.getType() == property.getRawPrimaryType()) {
            return field;
        }
        return property.hasGetter() ? property.getGetter().getMember() : null;
    }

    private static @Nullable Field field(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            return Modifier.isStatic(field.getModifiers()) ? null : field;
        } catch (NoSuchFieldException e) {
            return null; // the property has a getter only
        }
    }
}
