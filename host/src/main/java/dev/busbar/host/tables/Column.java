package dev.busbar.host.tables;

import java.sql.Types;
import java.util.Locale;

/**
 * A column of a table. Immutable.
 *
 * @param type the type for JDBC, which differs between vendors
 * @param kind the kind of its values, which does not
 */
record Column(String name, int type, Kind kind) {
    /** The kinds of values. */
    enum Kind {
        /** A string. */
        TEXT,
        /** A whole number, at most 64 bits. */
        INTEGER,
        /** A number with a point, written as a string. */
        DECIMAL,
        /** A truth value. */
        BOOLEAN,
        /** Bytes, written in base64. */
        BYTES,
        /** A point in time, to the microsecond, written in ISO 8601. */
        INSTANT;

        /** @throws IllegalStateException when an export does not know a type, which a test of all tables finds */
        static Kind of(int type, String name) {
            return switch (type) {
                case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB -> TEXT;
                case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> INTEGER;
                case Types.REAL, Types.FLOAT, Types.DOUBLE, Types.NUMERIC, Types.DECIMAL -> DECIMAL;
                case Types.BOOLEAN, Types.BIT -> BOOLEAN;
                case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BYTES;
                case Types.TIMESTAMP_WITH_TIMEZONE -> INSTANT;
                case Types.TIMESTAMP -> zoned(name);
                default -> throw unknown(name);
            };
        }

        private static Kind zoned(String name) {
            if (name.toLowerCase(Locale.ROOT).equals("timestamptz")) {
                return INSTANT;
            }
            throw unknown(name);
        }

        private static IllegalStateException unknown(String name) {
            return new IllegalStateException("column type: " + name
                    + " cannot be exported (expected: text, a number, boolean, bytea or timestamp with time zone)");
        }
    }

    /** True if a value may be long, so that few rows fit into memory. */
    boolean isLong() {
        return kind == Kind.BYTES || type == Types.CLOB || type == Types.LONGVARCHAR || kind == Kind.TEXT;
    }
}
