package dev.busbar.host.lifecycle;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which plugins are ending the process, by a way around the guard. Stateless. */
final class Exits {
    private static final Pattern LANE = Pattern.compile("([a-z][a-z0-9-]*)#\\d+-.*");

    private Exits() {}

    /** The plugins of which a thread is inside {@code Runtime.exit} at this moment. */
    static Set<String> underWay() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> Arrays.stream(entry.getValue())
                        .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown")))
                .map(entry -> LANE.matcher(entry.getKey().getName()))
                .filter(Matcher::matches)
                .map(lane -> lane.group(1))
                .collect(Collectors.toSet());
    }
}
