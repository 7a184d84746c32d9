package dev.busbar.host.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code busbar audit tail}: the newest records, the very newest last. With {@code --follow} the host is asked for newer
 * ones each second; a record is new when its chain was not as long before. One that had waited in the spool, and is
 * older than a hundred others by then, may not be shown. For one thread.
 */
final class AuditTail implements Command.Action {
    private static final List<String> FILTERS = List.of("actor", "action", "target");
    private static final int SHOWN = 20;
    private static final int MOST = 500;
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 100;

    private final Pause pause;

    /** Waits between two looks. */
    @FunctionalInterface
    interface Pause {
        /** Waits; false when there is to be no further look. */
        boolean next() throws InterruptedException;
    }

    AuditTail(Pause pause) {
        this.pause = pause;
    }

    static Command command(Pause pause) {
        return new Command(
                "audit tail",
                "[--follow] [--actor=ID] [--action=PREFIX] [--target=KIND:ID] [--limit=N]",
                "Show the newest records of the audit, the newest last",
                Set.of("actor", "action", "target", "limit"),
                Set.of("follow"),
                new AuditTail(pause));
    }

    @Override
    public int run(Call call) throws FailedException, UsageException, InterruptedException {
        int shown = call.options().number("limit", SHOWN, MOST);
        Look look = new Look(call);
        boolean read = print(call, look.first(shown));
        if (call.options().has("follow")) {
            while (read && pause.next()) {
                read = print(call, look.next());
            }
        }
        return 0;
    }

    private static boolean print(Call call, List<Tree> records) {
        boolean read = true;
        for (Tree record : records) {
            read = read && call.print(call.isJson() ? record.json() : AuditLine.of(record));
        }
        return read;
    }

    /** Knows how long each chain was when it was last looked at. */
    private static final class Look {
        private final Api api;
        private final Map<String, String> query = new LinkedHashMap<>();
        private final Map<String, Long> known = new HashMap<>();
        private Instant begin = Instant.MIN;

        Look(Call call) throws FailedException, UsageException {
            this.api = call.api();
            for (String filter : FILTERS) {
                call.options().value(filter).ifPresent(value -> query.put(filter, value));
            }
        }

        List<Tree> first(int shown) throws FailedException, InterruptedException {
            int most = Math.max(shown, PAGE);
            List<Tree> page = page(most, "").get("records").items();
            if (page.size() == most) {
                begin = at(page.get(page.size() - 1));
            }
            page.forEach(this::know);
            List<Tree> latest = new ArrayList<>(page.subList(0, Math.min(shown, page.size())));
            Collections.reverse(latest);
            return latest;
        }

        /** Goes back until a page has nothing new. */
        List<Tree> next() throws FailedException, InterruptedException {
            List<Tree> fresh = new ArrayList<>();
            String cursor = "";
            for (int pages = 0; pages < MOST_PAGES; pages++) {
                Tree page = page(PAGE, cursor);
                List<Tree> found =
                        page.get("records").items().stream().filter(this::isNew).toList();
                fresh.addAll(found);
                cursor = page.text("next");
                if (found.isEmpty() || cursor.isEmpty()) {
                    break;
                }
            }
            fresh.forEach(this::know);
            Collections.reverse(fresh);
            return fresh;
        }

        private Tree page(int limit, String cursor) throws FailedException, InterruptedException {
            Map<String, String> asked = new LinkedHashMap<>(query);
            asked.put("limit", String.valueOf(limit));
            if (!cursor.isEmpty()) {
                asked.put("cursor", cursor);
            }
            return api.get(Api.path("/admin/audit", asked), Api.SOON);
        }

        private void know(Tree record) {
            known.merge(record.text("node"), record.number("seq"), Math::max);
        }

        private boolean isNew(Tree record) {
            Long last = known.get(record.text("node"));
            return last == null ? !at(record).isBefore(begin) : record.number("seq") > last;
        }

        private static Instant at(Tree record) {
            try {
                return Instant.parse(record.text("at"));
            } catch (DateTimeException e) {
                return Instant.MIN;
            }
        }
    }
}
