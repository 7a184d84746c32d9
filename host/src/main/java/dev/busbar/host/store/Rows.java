package dev.busbar.host.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import org.jdbi.v3.core.statement.Update;

/** Binds the components of a record as named parameters. Jdbi's own binding wants public types. Stateless. */
final class Rows {
    private Rows() {}

    static Update bind(Update statement, Record row) {
        for (RecordComponent component : row.getClass().getRecordComponents()) {
            statement.bindByType(component.getName(), value(row, component), component.getGenericType());
        }
        return statement;
    }

    private static Object value(Record row, RecordComponent component) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(row);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "row: " + row.getClass().getName() + "." + component.getName() + " cannot be read", e);
        }
    }
}
