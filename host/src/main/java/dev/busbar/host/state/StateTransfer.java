package dev.busbar.host.state;

import dev.busbar.core.state.DocumentChange;
import dev.busbar.core.state.DocumentQuota;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.state.QuotaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The export and import of the documents of a platform as NDJSON. Each page and each batch is a transaction; nothing is
 * held while the client is slow. Thread-safe.
 */
final class StateTransfer {
    private static final int PAGE = 16;
    private static final int MAX_BATCH = 100;
    private static final int MAX_BATCH_BYTES = 1 << 20;

    private final PlatformStates states;

    StateTransfer(PlatformStates states) {
        this.states = states;
    }

    void exportDocuments(String platform, OutputStream out) throws IOException {
        DocumentStore.Place last = new DocumentStore.Place(platform, "", "");
        while (true) {
            DocumentStore.Place from = last;
            List<DocumentStore.Exported> page =
                    states.run(() -> states.documents().export(from, PAGE));
            for (DocumentStore.Exported document : page) {
                String line = DocumentLine.write(
                        document.place().collection(),
                        document.place().id(),
                        document.schema(),
                        document.terms(),
                        document.body());
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                last = document.place();
            }
            out.flush();
            if (page.isEmpty()) {
                return;
            }
        }
    }

    /**
     * Stores the documents of an export, in the place of those that are there.
     *
     * @param progress gets the number of documents that are stored, after each batch
     * @return the number of documents
     * @throws ProblemException 422 with the line that cannot be stored, and how many before it were
     */
    long importDocuments(String platform, InputStream in, LongConsumer progress) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        DocumentQuota quota = states.limits().documents(platform);
        List<DocumentChange> batch = new ArrayList<>();
        long stored = 0;
        long number = 0;
        int bytes = 0;
        try {
            for (String line = read(lines); !line.isEmpty(); line = read(lines)) {
                number++;
                DocumentChange change = DocumentLine.read(line);
                boolean full = batch.size() == MAX_BATCH || bytes + line.length() > MAX_BATCH_BYTES;
                if ((full && !batch.isEmpty()) || batch.stream().anyMatch(other -> isSame(other, change))) {
                    stored += store(quota, batch);
                    progress.accept(stored);
                    bytes = 0;
                }
                batch.add(change);
                bytes += line.length();
            }
            return stored + store(quota, batch);
        } catch (IllegalArgumentException | QuotaException e) {
            throw ProblemException.invalid(
                    "", "line " + number + ": " + e.getMessage() + "; " + stored + " documents before were stored");
        }
    }

    private long store(DocumentQuota quota, List<DocumentChange> batch) {
        List<DocumentChange> all = List.copyOf(batch);
        batch.clear();
        return all.isEmpty()
                ? 0
                : states.write(quota.platform(), () -> states.documents().write(quota, all))
                        .size();
    }

    private static boolean isSame(DocumentChange one, DocumentChange other) {
        return one.collection().equals(other.collection()) && one.id().equals(other.id());
    }

    /** The next line that is not blank; empty at the end. */
    private static String read(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = lines.read(); next >= 0; next = lines.read()) {
            if (next != '\n') {
                line.append((char) next);
            } else if (!line.toString().isBlank()) {
                break;
            } else {
                line.setLength(0);
            }
            if (line.length() > DocumentLine.MAX_CHARS) {
                throw new IllegalArgumentException("more than " + DocumentLine.MAX_CHARS + " characters");
            }
        }
        return line.toString().strip();
    }
}
