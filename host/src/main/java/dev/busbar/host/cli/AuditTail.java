package dev.busbar.host.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * {@code busbar audit tail}: the newest records, the newest last. With {@code --follow} the host is polled for newer
 * ones each second; a record is new when its sequence number is higher than the last known one of its chain. A record
 * from the spool that is older than the latest hundred may not be shown. For one thread.
 */
@CommandLine.Command(name = "tail", description = "Show the newest records of the audit trail, the newest last.")
final class AuditTail implements Callable<Integer> {
    private static final int MAX_LIMIT = 500;
    private static final int PAGE = 100;
    private static final int MAX_PAGES = 100;

    private final Console console;
    private final Pause pause;

    @CommandLine.Mixin
    private final HostOptions host;

    @CommandLine.Option(names = "--follow", description = "Poll for newer records each second, until interrupted.")
    private boolean follow;

    @CommandLine.Option(names = "--actor", paramLabel = "ID", description = "Only records of this principal.")
    private @Nullable String actor;

    @CommandLine.Option(
            names = "--action",
            paramLabel = "PREFIX",
            description = "Only actions that begin with this, such as key.create or key.")
    private @Nullable String action;

    @CommandLine.Option(names = "--target", paramLabel = "KIND:ID", description = "Only records of this target.")
    private @Nullable String target;

    @CommandLine.Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            converter = LimitConverter.class,
            description = "How many records to begin with, 1 to " + MAX_LIMIT + " (default: ${DEFAULT-VALUE}).")
    private int limit;

    /** Reads {@code --limit}. */
    static final class LimitConverter implements CommandLine.ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (value.matches("[1-9]\\d{0,3}") && Integer.parseInt(value) <= MAX_LIMIT) {
                return Integer.parseInt(value);
            }
            throw new CommandLine.TypeConversionException("out of range (expected: 1 to " + MAX_LIMIT + ")");
        }
    }

    /** Waits between two polls. */
    @FunctionalInterface
    interface Pause {
        /** Waits; false to stop polling. */
        boolean next() throws InterruptedException;
    }

    AuditTail(Console console, Pause pause) {
        this.console = console;
        this.host = new HostOptions(console);
        this.pause = pause;
    }

    @Override
    public Integer call() throws FailedException, InterruptedException {
        Poll poll = new Poll(host.api(), filters());
        boolean read = print(poll.first(limit));
        while (follow && read && pause.next()) {
            read = print(poll.next());
        }
        return Cli.DONE;
    }

    private Map<String, String> filters() {
        Map<String, String> filters = new LinkedHashMap<>();
        put(filters, "actor", actor);
        put(filters, "action", action);
        put(filters, "target", target);
        return filters;
    }

    private static void put(Map<String, String> filters, String name, @Nullable String value) {
        if (value != null) {
            filters.put(name, value);
        }
    }

    private boolean print(List<Tree> records) {
        boolean read = true;
        for (Tree record : records) {
            read = read && console.print(host.isJson() ? record.json() : AuditLine.of(record));
        }
        return read;
    }

    /** Remembers the last sequence number of each chain. */
    private static final class Poll {
        private final Api api;
        private final Map<String, String> query;
        private final Map<String, Long> known = new HashMap<>();
        private Instant begin = Instant.MIN;

        Poll(Api api, Map<String, String> query) {
            this.api = api;
            this.query = Map.copyOf(query);
        }

        List<Tree> first(int shown) throws FailedException, InterruptedException {
            int size = Math.max(shown, PAGE);
            List<Tree> page = page(size, "").get("records").items();
            if (page.size() == size) {
                begin = at(page.get(page.size() - 1));
            }
            page.forEach(this::know);
            List<Tree> latest = new ArrayList<>(page.subList(0, Math.min(shown, page.size())));
            Collections.reverse(latest);
            return latest;
        }

        /** Reads pages backwards until one has no new record. */
        List<Tree> next() throws FailedException, InterruptedException {
            List<Tree> fresh = new ArrayList<>();
            String cursor = "";
            for (int pages = 0; pages < MAX_PAGES; pages++) {
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
