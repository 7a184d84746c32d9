package dev.busbar.plugin;

import java.util.List;
import java.util.Optional;

/**
 * An answer of a {@link Route} that is no problem, by its status.
 *
 * @param status the status code
 * @param type the type of its JSON content; empty where there is none, or where it is not JSON
 * @param mediaTypes the media types of its content; empty where it has none
 */
public record RouteAnswer(int status, Optional<Class<?>> type, List<String> mediaTypes) {
    static void requireStatus(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("route answer: " + status + " (expected: 200 to 599)");
        }
    }
}
