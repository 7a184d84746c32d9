package dev.busbar.plugin;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A response of a {@link Route} that is no problem, by its status. Immutable.
 */
public final class RouteResponse {
    private final int status;
    private final Optional<Type> type;
    private final List<String> mediaTypes;

    private RouteResponse(int status, Optional<Type> type, List<String> mediaTypes) {
        this.status = status;
        this.type = type;
        this.mediaTypes = mediaTypes;
    }

    static RouteResponse of(int status, Optional<Type> type, List<String> mediaTypes) {
        return new RouteResponse(status, type, List.copyOf(mediaTypes));
    }

    static void requireStatus(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("route response: " + status + " (expected: 200 to 599)");
        }
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The type of its JSON content; empty where it has none, or where it is not JSON. */
    public Optional<Type> type() {
        return type;
    }

    /** The media types of its content; empty where it has none. */
    public List<String> mediaTypes() {
        return mediaTypes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteResponse that
                && status == that.status
                && type.equals(that.type)
                && mediaTypes.equals(that.mediaTypes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, type, mediaTypes);
    }

    @Override
    public String toString() {
        return "RouteResponse[" + status + ", " + type + ", " + mediaTypes + "]";
    }
}
