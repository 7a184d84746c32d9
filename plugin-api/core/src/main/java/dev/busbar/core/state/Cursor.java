package dev.busbar.core.state;

import dev.busbar.core.ProblemType;
import dev.busbar.plugin.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The text form of a place in the order of a query: the digest of the query, and the term and id of a row. Stateless. */
final class Cursor {
    private static final int MAX_LENGTH = 2000;

    private Cursor() {}

    static String write(DocumentScan scan, DocumentScan.Position position) {
        byte[] term = position.term().getBytes(StandardCharsets.ISO_8859_1);
        byte[] id = position.id().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + Short.BYTES + term.length + id.length);
        bytes.putInt(scan.digest()).putShort((short) term.length).put(term).put(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** @throws ProblemException 400 when it is not of this query */
    static DocumentScan.Position read(DocumentScan scan, String cursor) {
        try {
            if (cursor.length() <= MAX_LENGTH) {
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
                boolean own = bytes.remaining() > Integer.BYTES + Short.BYTES && bytes.getInt() == scan.digest();
                int length = own ? bytes.getShort() : -1;
                if (length >= 0 && length < bytes.remaining()) {
                    byte[] term = new byte[length];
                    bytes.get(term);
                    byte[] id = new byte[bytes.remaining()];
                    bytes.get(id);
                    return new DocumentScan.Position(
                            new String(term, StandardCharsets.ISO_8859_1), new String(id, StandardCharsets.ISO_8859_1));
                }
            }
        } catch (IllegalArgumentException e) {
            throw foreign();
        }
        throw foreign();
    }

    private static ProblemException foreign() {
        return ProblemType.BAD_REQUEST.problem(
                "cursor: not of a page of this query (expected: what the page before names)");
    }
}
