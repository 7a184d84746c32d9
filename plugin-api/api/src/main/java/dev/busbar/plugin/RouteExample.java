package dev.busbar.plugin;

import static java.util.Objects.requireNonNull;

/**
 * An example of the content of a request to a {@link Route}, or of an answer.
 *
 * @param status the status of the answer; 0 for the request
 * @param mediaType its media type, in lower case
 * @param content a value to be encoded as JSON, or text of the media type
 */
public record RouteExample(int status, String mediaType, Object content) {
    /** Refuses what is no media type. */
    public RouteExample {
        mediaType = MediaTypes.checked("route example", mediaType).get(0);
        requireNonNull(content, "content");
    }

    /** A request body: a value that is encoded as JSON. */
    public static RouteExample request(Object value) {
        return new RouteExample(0, MediaTypes.JSON, value);
    }

    /**
     * A request body as text.
     *
     * @throws IllegalArgumentException when the media type is not of the form {@code type/subtype}
     */
    public static RouteExample request(String mediaType, String text) {
        return new RouteExample(0, mediaType, text);
    }

    /**
     * The content of an answer: a value that is encoded as JSON.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599
     */
    public static RouteExample answer(int status, Object value) {
        RouteAnswer.requireStatus(status);
        return new RouteExample(status, MediaTypes.JSON, value);
    }

    /**
     * The content of an answer as text.
     *
     * @throws IllegalArgumentException when the status is not between 200 and 599, or the media type is not of the form
     *     {@code type/subtype}
     */
    public static RouteExample answer(int status, String mediaType, String text) {
        RouteAnswer.requireStatus(status);
        return new RouteExample(status, mediaType, text);
    }

    /** Whether it is of the request. */
    public boolean isOfRequest() {
        return status == 0;
    }
}
