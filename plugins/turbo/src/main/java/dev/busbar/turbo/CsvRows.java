package dev.busbar.turbo;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.busbar.plugin.ProblemException;
import dev.busbar.turbo.text.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Counts the rows of a CSV body (RFC 4180, UTF-8) while it streams in, holding one row at a time. */
final class CsvRows {
    private static final int MAX_FIELD_CHARACTERS = 1 << 20;

    private CsvRows() {}

    /**
     * Returns when all rows are counted.
     *
     * @throws ProblemException 400 with line and column where the body is not CSV, 422 where it does not fit the
     *     description; what reading the body throws goes through as it is
     * @throws IOException when the body cannot be read
     */
    static void read(InputStream body, AuditDescription description, RowCounter counter) throws IOException {
        CsvRowHandler handler = new CsvRowHandler(description);
        try (CsvReader<Row> rows = CsvReader.builder()
                .allowUnclosedQuote(false)
                .maxBufferSize(MAX_FIELD_CHARACTERS)
                .build(handler, decode(body))) {
            for (Row row : rows) {
                counter.add(row);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (CsvParseException e) {
            throw unwrap(e, handler);
        }
        handler.requireHeader();
    }

    /** What is not UTF-8 becomes a character that cannot stand in text, so that the parser knows where it stands. */
    private static Reader decode(InputStream body) throws IOException {
        return new InputStreamReader(
                Utf8.skipMark(body),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE)
                        .replaceWith(String.valueOf(CsvRowHandler.NOT_UTF_8)));
    }

    /** The parser wraps whatever is thrown while it reads: problems of the body or of a row, and faults of ours. */
    private static RuntimeException unwrap(CsvParseException e, CsvRowHandler handler) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException exception) {
            return exception;
        }
        String quoting = "malformed quoting, or a field of more than " + MAX_FIELD_CHARACTERS
                + " characters (expected: a quoted field ends with a quote before a comma or the end of the line,"
                + " a quote inside it is doubled)";
        return ProblemException.badRequest(handler.position() + ": " + quoting);
    }
}
