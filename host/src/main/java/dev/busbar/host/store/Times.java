package dev.busbar.host.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Instants as parameters and columns, by way of {@link OffsetDateTime}: it is the one type that neither driver shifts by
 * the zone of the JVM. Cut to microseconds, which both vendors keep, so that what is read equals what was written.
 * Stateless.
 */
final class Times {
    private Times() {}

    static final class Parameter extends AbstractArgumentFactory<Instant> {
        Parameter() {
            super(Types.TIMESTAMP_WITH_TIMEZONE);
        }

        @Override
        protected Argument build(Instant value, ConfigRegistry config) {
            OffsetDateTime time = value.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
            return (position, statement, context) -> statement.setObject(position, time);
        }
    }

    static final class Column implements ColumnMapper<Instant> {
        @Override
        public @Nullable Instant map(ResultSet row, int column, StatementContext context) throws SQLException {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
    }
}
