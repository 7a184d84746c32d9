package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

import java.util.Objects;

/**
 * An example of the content of a request to a {@link Route}, or of a response. Immutable.
 */
public final class RouteExample {
    private final int status;
    private final String mediaType;
    private final Object content;

    private RouteExample(int status, String mediaType, Object content) {
        this.status = status;
        this.mediaType = mediaType;
        this.content = content;
    }

    private static RouteExample of(int status, String mediaType, Object content) {
        return new RouteExample(
                status, HttpSyntax.mediaTypes("route example", mediaType).get(0), requireNonNull(content, "content"));
    }

    /** A request body: a value that is encoded as JSON. */
    public static RouteExample request(Object value) {
        return of(0, HttpSyntax.JSON, value);
    }

    /**
     * A request body as text.
     *
     * @throws IllegalArgumentException when the media type is not of the form {@code type/subtype}
     */
    public static RouteExample request(String mediaType, String text) {
        return of(0, mediaType, text);
    }

    /**
     * The content of a response: a value that is encoded as JSON.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599
     */
    public static RouteExample response(int status, Object value) {
        RouteResponse.requireStatus(status);
        return of(status, HttpSyntax.JSON, value);
    }

    /**
     * The content of a response as text.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599, or the media type is not of the form
     *     {@code type/subtype}
     */
    public static RouteExample response(int status, String mediaType, String text) {
        RouteResponse.requireStatus(status);
        return of(status, mediaType, text);
    }

    /** Whether it is of the request. */
    public boolean isOfRequest() {
        return status == 0;
    }

    /** The status of the response; 0 for the request. */
    public int status() {
        return status;
    }

    /** The media type, in lower case. */
    public String mediaType() {
        return mediaType;
    }

    /** A value to be encoded as JSON, or text of the media type. */
    public Object content() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RouteExample that
                && status == that.status
                && mediaType.equals(that.mediaType)
                && content.equals(that.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, mediaType, content);
    }

    @Override
    public String toString() {
        return "RouteExample[" + status + ", " + mediaType + ", " + content + "]";
    }
}
