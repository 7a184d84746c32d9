package dev.busbar.core;

import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.TypeRef;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A response to a call of another platform, read by the binding of the one that called. Immutable. */
public final class ReceivedResponse implements PlatformResponse {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] bytes;
    private final JsonCodec json;

    /**
     * A response.
     *
     * @param headers by names in lower case
     * @param bytes the body, which is not changed any more
     */
    public ReceivedResponse(int status, Map<String, String> headers, byte[] bytes, JsonCodec json) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.bytes = bytes;
        this.json = json;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public boolean isSuccess() {
        return status >= 200 && status <= 299;
    }

    @Override
    public Optional<String> header(String name) {
        return headerAll(name).stream().findFirst();
    }

    @Override
    public List<String> headerAll(String name) {
        String value = headers.get(name.toLowerCase(Locale.ROOT));
        return value == null ? List.of() : EncodedResponse.lines(value);
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public <T> T json(TypeRef<T> type) {
        try {
            return json.decodeGrown(bytes, type);
        } catch (ProblemException misfit) {
            throw ProblemType.PLATFORM_CALL_FAILED.problem(
                    "another platform answered something unexpected: " + misfit.detail());
        }
    }

    @Override
    public PlatformResponse orThrow() {
        if (isSuccess()) {
            return this;
        }
        ProblemException problem = ProblemReader.decode(bytes, status)
                .orElseGet(() -> ProblemType.ofStatus(status).problem("another platform answered " + status));
        throw header("retry-after")
                .map(after -> problem.withHeader("Retry-After", after))
                .orElse(problem);
    }

    @Override
    public String toString() {
        return status + " " + headers;
    }
}
