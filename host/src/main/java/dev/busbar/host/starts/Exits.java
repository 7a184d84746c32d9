package dev.busbar.host.starts;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The plugins that are ending the process, in a way that the guard of the class loader does not see. Stateless. */
public final class Exits {
    private static final Pattern LANE = Pattern.compile("([a-z][a-z0-9-]*)#\\d+-.*");

    private Exits() {}

    /** The plugins of which a thread is inside {@code Runtime.exit} at this moment. */
    public static Set<String> underWay() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> Arrays.stream(entry.getValue())
                        .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown")))
                .map(entry -> LANE.matcher(entry.getKey().getName()))
                .filter(Matcher::matches)
                .map(lane -> lane.group(1))
                .collect(Collectors.toSet());
    }
}
