package dev.busbar.host.openapi;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinitionProviderV2;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The JSON schemas of JDK types, as the codec writes them. Any other type of the JDK that is no collection has an empty
 * schema, which is never wrong. Stateless.
 */
final class LeafTypes implements CustomDefinitionProviderV2 {
    private static final String STRING = "string";
    private static final String NUMBER = "number";
    private static final String INTEGER = "integer";
    private static final String NULL = "null";
    /** The format {@code duration} (RFC 3339 appendix A) has neither fractions of seconds nor signs. */
    static final String DURATION =
            "^[-+]?P(?=.)([-+]?\\d{1,15}D)?(T(?=.)([-+]?\\d{1,16}H)?([-+]?\\d{1,16}M)?([-+]?\\d{1,18}(\\.\\d{1,9})?S)?)?$";

    private static final String PERIOD =
            "^[-+]?P(?=.)([-+]?\\d{1,9}Y)?([-+]?\\d{1,9}M)?([-+]?\\d{1,8}W)?([-+]?\\d{1,9}D)?$";
    private static final Map<Class<?>, Form> FORMS = forms();

    /**
     * A form in JSON.
     *
     * @param format the format of a string; empty if it has none
     * @param pattern the pattern of a string; empty if it has none
     * @param types the types of JSON
     */
    private record Form(String format, String pattern, List<String> types) {
        static Form of(String... types) {
            return new Form("", "", List.of(types));
        }

        static Form text(String format) {
            return new Form(format, "", List.of(STRING));
        }

        static Form matching(String pattern) {
            return new Form("", pattern, List.of(STRING));
        }
    }

    private static Map<Class<?>, Form> forms() {
        Map<Class<?>, Form> forms = new HashMap<>();
        for (Class<?> type : new Class<?>[] {boolean.class, Boolean.class}) {
            forms.put(type, Form.of("boolean"));
        }
        for (Class<?> type : new Class<?>[] {
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            BigInteger.class,
            Year.class
        }) {
            forms.put(type, Form.of(INTEGER));
        }
        for (Class<?> type :
                new Class<?>[] {float.class, Float.class, double.class, Double.class, BigDecimal.class, Number.class}) {
            forms.put(type, Form.of(NUMBER));
        }
        for (Class<?> type : new Class<?>[] {
            char[].class,
            CharSequence.class,
            String.class,
            Currency.class,
            Locale.class,
            LocalDateTime.class,
            LocalTime.class,
            MonthDay.class,
            OffsetTime.class,
            YearMonth.class,
            ZoneId.class,
            ZoneOffset.class
        }) {
            forms.put(type, Form.of(STRING));
        }
        forms.put(char.class, Form.matching("^[\\s\\S]$"));
        forms.put(Character.class, Form.matching("^[\\s\\S]$"));
        forms.put(Instant.class, Form.text("date-time"));
        forms.put(OffsetDateTime.class, Form.text("date-time"));
        forms.put(ZonedDateTime.class, Form.text("date-time"));
        forms.put(LocalDate.class, Form.text("date"));
        forms.put(Duration.class, Form.matching(DURATION));
        forms.put(Period.class, Form.matching(PERIOD));
        forms.put(UUID.class, Form.text("uuid"));
        forms.put(URI.class, Form.text("uri-reference"));
        forms.put(URL.class, Form.text("uri"));
        forms.put(OptionalInt.class, Form.of(INTEGER, NULL));
        forms.put(OptionalLong.class, Form.of(INTEGER, NULL));
        forms.put(OptionalDouble.class, Form.of(NUMBER, NULL));
        return forms;
    }

    @Override
    public @Nullable CustomDefinition provideCustomSchemaDefinition(
            ResolvedType type, SchemaGenerationContext context) {
        Class<?> erased = type.getErasedType();
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        Form form = FORMS.get(erased);
        if (form != null) {
            describe(schema, form);
        } else if (erased == byte[].class) {
            schema.put("type", STRING).put("contentEncoding", "base64");
        } else if (!hasEmptySchema(erased)) {
            return null;
        }
        return new CustomDefinition(
                schema, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.YES);
    }

    private static void describe(ObjectNode schema, Form form) {
        if (form.types().size() == 1) {
            schema.put("type", form.types().get(0));
        } else {
            form.types().forEach(schema.withArray("type")::add);
        }
        if (!form.format().isEmpty()) {
            schema.put("format", form.format());
        }
        if (!form.pattern().isEmpty()) {
            schema.put("pattern", form.pattern());
        }
    }

    private static boolean hasEmptySchema(Class<?> type) {
        boolean known = type.isArray()
                || type.isEnum()
                || type == Optional.class
                || Collection.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type);
        return !known && type.getName().startsWith("java.");
    }
}
