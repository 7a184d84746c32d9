package dev.busbar.host.openapi;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MemberScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaBuilder;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigPart;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.impl.DefinitionKey;
import com.github.victools.jsonschema.generator.naming.SchemaDefinitionNamingStrategy;
import java.lang.reflect.Member;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of the types of one generation (JSON Schema 2020-12), as its codec writes and reads them. Confined to one
 * thread and not kept, because it holds the types. A schema is complete once {@link #components} was called.
 */
final class Schemas {
    /** The path of schemas in the document. */
    static final String PLACE = "components/schemas";

    private static final String ADDITIONAL = "additionalProperties";

    private final SchemaBuilder responses;
    private final SchemaBuilder requests;

    /** @param prefix the prefix of the names of schemas, which keeps those of different platforms apart */
    Schemas(ObjectMapper mapper, String prefix) {
        this.responses = builder(mapper, prefix, true);
        this.requests = builder(mapper, prefix + "request.", false);
    }

    /** The schema of a type in responses. */
    ObjectNode response(Type type) {
        return responses.createSchemaReference(type);
    }

    /** The schema of a type in requests; unknown members are rejected. */
    ObjectNode request(Type type) {
        return requests.createSchemaReference(type);
    }

    /** The schemas that others refer to, by name. Completes all of them; called once, at the end. */
    ObjectNode components() {
        ObjectNode all = responses.collectDefinitions(PLACE);
        all.setAll(requests.collectDefinitions(PLACE));
        return all;
    }

    private static SchemaBuilder builder(ObjectMapper mapper, String prefix, boolean written) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        mapper,
                        SchemaVersion.DRAFT_2020_12,
                        new OptionPreset(
                                Option.PUBLIC_NONSTATIC_FIELDS,
                                Option.NONPUBLIC_NONSTATIC_FIELDS_WITH_GETTERS,
                                Option.NONPUBLIC_NONSTATIC_FIELDS_WITHOUT_GETTERS,
                                Option.TRANSIENT_FIELDS,
                                Option.GETTER_METHODS,
                                Option.NONSTATIC_NONVOID_NONGETTER_METHODS))
                .with(
                        Option.FIELDS_DERIVED_FROM_ARGUMENTFREE_METHODS,
                        Option.FLATTENED_ENUMS,
                        Option.FLATTENED_OPTIONALS,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                        Option.DEFINITIONS_FOR_ALL_OBJECTS,
                        Option.INLINE_NULLABLE_SCHEMAS,
                        Option.PLAIN_DEFINITION_KEYS);
        Members members = new Members(mapper, written);
        describe(config.forFields(), members, written);
        describe(config.forMethods(), members, written);
        config.forTypesInGeneral()
                .withCustomDefinitionProvider(new LeafTypes())
                .withSubtypeResolver(Schemas::permitted)
                .withTypeAttributeOverride((schema, scope, context) -> open(schema, scope.getType()))
                .withDefinitionNamingStrategy(new Naming(prefix));
        if (!written) {
            config.forTypesInGeneral()
                    .withAdditionalPropertiesResolver(
                            (scope, context) -> isOpen(scope.getType().getErasedType()) ? null : BooleanNode.FALSE);
        }
        return new SchemaGenerator(config.build()).buildMultipleSchemaDefinitions();
    }

    /** Returns whether values of a type may have members that it does not declare: maps, and any value. */
    private static boolean isOpen(Class<?> type) {
        return Map.class.isAssignableFrom(type) || type == Object.class;
    }

    /** A map of any values; without {@code additionalProperties}, generated clients see an object without members. */
    private static void open(ObjectNode schema, @Nullable ResolvedType type) {
        if (type != null
                && Map.class.isAssignableFrom(type.getErasedType())
                && schema.has("type")
                && !schema.has(ADDITIONAL)) {
            schema.put(ADDITIONAL, true);
        }
    }

    private static <M extends MemberScope<?, ?>> void describe(
            SchemaGeneratorConfigPart<M> part, Members members, boolean written) {
        part.withIgnoreCheck(scope -> members.name(raw(scope)).isEmpty());
        part.withPropertyNameOverrideResolver(scope -> members.name(raw(scope)).orElse(null));
        part.withNullableCheck(scope -> !scope.isFakeContainerItemScope() && mayBeNull(scope));
        part.withRequiredCheck(scope -> written || !mayBeNull(scope));
    }

    private static boolean mayBeNull(MemberScope<?, ?> scope) {
        ResolvedType declared = scope.getDeclaredType();
        Class<?> type = declared == null ? Object.class : declared.getErasedType();
        return type == Optional.class || Nullness.mayBeNull(raw(scope), type);
    }

    private static Member raw(MemberScope<?, ?> scope) {
        return scope instanceof FieldScope field ? field.getRawMember() : (Member) scope.getRawMember();
    }

    /** A sealed type is any of the types it permits. */
    private static @Nullable List<ResolvedType> permitted(ResolvedType type, SchemaGenerationContext context) {
        Class<?> erased = type.getErasedType();
        if (!erased.isSealed() || erased.isEnum()) {
            return null;
        }
        return Arrays.stream(erased.getPermittedSubclasses())
                .map(each -> context.getTypeContext().resolveSubtype(type, each))
                .toList();
    }

    /** {@code <prefix>Page} and, of generic types, {@code <prefix>Page.Item}. */
    private record Naming(String prefix) implements SchemaDefinitionNamingStrategy {
        @Override
        public String getDefinitionNameForKey(DefinitionKey key, SchemaGenerationContext context) {
            return prefix + name(key.getType());
        }

        private static String name(ResolvedType type) {
            String arguments = type.getTypeParameters().stream()
                    .map(argument -> "." + name(argument))
                    .collect(Collectors.joining());
            Class<?> erased = type.getErasedType();
            boolean isList = type.isArray() || Collection.class.isAssignableFrom(erased);
            return (isList && !type.isArray() ? "List" : erased.getSimpleName().replace("[]", "List")) + arguments;
        }
    }
}
