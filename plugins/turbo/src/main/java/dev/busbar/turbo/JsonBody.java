package dev.busbar.turbo;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Request;
import dev.busbar.turbo.text.Texts;
import dev.busbar.turbo.text.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON form of a table: the members of its description, in any order, and its rows, which are counted while
 * they stream in. Members of the description may follow the rows in a body of up to {@link ReplayableBody#MAX_BYTES},
 * whose rows are then read again. Used by one thread, once.
 */
final class JsonBody {
    private static final String ROWS = "rows";
    private static final int MAX_NAME_CHARACTERS = 1_000;
    private static final int MAX_VALUE_CHARACTERS = 1 << 20;

    /** Keeps nothing of what it reads: neither names in a table, nor those of an object to find duplicates among them. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(MAX_NAME_CHARACTERS)
                    .maxStringLength(MAX_VALUE_CHARACTERS)
                    .build())
            .build();

    private final DescriptionReader description;
    private final ReplayableBody body;
    private boolean hasRows;
    private @Nullable RowCounter counter;

    private JsonBody(DescriptionReader description, ReplayableBody body) {
        this.description = description;
        this.body = body;
    }

    /**
     * The audit of a table in JSON.
     *
     * @throws ProblemException 400 with line and column where the body is malformed, 422 with the pointer of the member
     *     that does not fit; a problem that reading the body throws passes unchanged
     * @throws IOException when the body cannot be read
     */
    static Audit audit(Request request) throws IOException {
        DescriptionReader description = DescriptionReader.ofBody(request);
        ReplayableBody body = new ReplayableBody(request.body());
        return new JsonBody(description, body).audit();
    }

    private Audit audit() throws IOException {
        read(body, this::read);
        AuditDescription complete = description.description();
        if (!hasRows) {
            throw JsonRows.none();
        }
        RowCounter counted = counter;
        if (counted == null) {
            requireShort(ROWS);
            counted = new RowCounter(complete, Origin.BODY);
            RowCounter again = counted;
            read(body.replay(), parser -> reread(parser, complete, again));
        }
        return Auditor.audit(complete, counted.counts());
    }

    private interface Reader {
        void read(JsonParser parser) throws IOException;
    }

    private static void read(InputStream in, Reader reader) throws IOException {
        try (JsonParser parser = FACTORY.createParser(Utf8.strict(in))) {
            reader.read(parser);
        } catch (StreamReadException | StreamConstraintsException e) {
            throw malformed(e);
        } catch (CharacterCodingException e) {
            throw ProblemException.badRequest("malformed JSON: bytes that are not UTF-8");
        }
    }

    private void read(JsonParser parser) throws IOException {
        JsonToken start = parser.nextToken();
        if (start == null) {
            throw ProblemException.badRequest("malformed JSON at line 1, column 1: no value (expected: an object)");
        }
        if (start != JsonToken.START_OBJECT) {
            throw ProblemException.invalid("", "the body: " + JsonRows.kind(start) + " (expected: an object)");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(ROWS)) {
                rows(parser);
            } else {
                refuseTooLate(name);
                description.member(name, parser);
            }
        }
        if (parser.nextToken() != null) {
            JsonLocation at = parser.currentTokenLocation();
            throw ProblemException.badRequest(where(at) + ": something follows after the value");
        }
    }

    /** Counts the rows if the description is complete so far; else they are read again, once it is. */
    private void rows(JsonParser parser) throws IOException {
        if (hasRows) {
            throw duplicate(parser, ROWS);
        }
        hasRows = true;
        if (!description.isComplete()) {
            parser.skipChildren();
            return;
        }
        AuditDescription soFar = description.description();
        RowCounter rows = new RowCounter(soFar, Origin.BODY);
        JsonRows.read(parser, soFar, rows);
        counter = rows;
    }

    private void refuseTooLate(String name) {
        if (!hasRows) {
            return;
        }
        counter = null;
        requireShort(name);
    }

    private void requireShort(String name) {
        if (body.isTooLong()) {
            throw ProblemException.invalid(
                    Origin.BODY.pointer(name),
                    Texts.quoted(name) + " in a body of more than " + ReplayableBody.MAX_BYTES
                            + " bytes whose rows do not come last (expected: rows after all other members)");
        }
    }

    /** The refusal of a name that an object has twice; the parser stands at its value. */
    static ProblemException duplicate(JsonParser parser, String name) {
        return ProblemException.badRequest(
                where(parser.currentTokenLocation()) + ": duplicate member " + Texts.quoted(name));
    }

    private static void reread(JsonParser parser, AuditDescription description, RowCounter counter) throws IOException {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean rows = parser.currentName().equals(ROWS);
            parser.nextToken();
            if (rows) {
                JsonRows.read(parser, description, counter);
                return;
            }
            parser.skipChildren();
        }
    }

    private static ProblemException malformed(JacksonException e) {
        String what = e.getOriginalMessage().lines().findFirst().orElse("");
        int hint = what.indexOf(" (");
        JsonLocation at = e.getLocation();
        String where = at == null ? "malformed JSON" : where(at);
        return ProblemException.badRequest(where + ": " + (hint < 0 ? what : what.substring(0, hint)));
    }

    private static String where(JsonLocation at) {
        return "malformed JSON at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
