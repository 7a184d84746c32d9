package dev.busbar.plugin.testing;

import dev.busbar.core.EncodedResponse;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.Problems;
import dev.busbar.core.ReceivedResponse;
import dev.busbar.plugin.PlatformCall;
import dev.busbar.plugin.PlatformResponse;
import dev.busbar.plugin.Platforms;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Other platforms, stubbed by functions of the test; one without a stub is unavailable, as in the host. Thread-safe. */
final class TestPlatforms implements Platforms {
    private final Map<String, Function<PlatformCall, Response>> played = new ConcurrentHashMap<>();
    private final JsonCodec json;

    TestPlatforms(JsonCodec json) {
        this.json = json;
    }

    void play(String platform, Function<PlatformCall, Response> responses) {
        played.put(platform, responses);
    }

    @Override
    public PlatformResponse call(String platform, PlatformCall call) {
        call.value().ifPresent(json::encode); // what cannot be written is refused here too
        Function<PlatformCall, Response> responses = played.get(platform);
        try {
            if (responses == null) {
                throw ProblemType.PLATFORM_UNAVAILABLE
                        .problem("there is no platform " + platform)
                        .with("platform", platform);
            }
            return received(responses.apply(call));
        } catch (ProblemException problem) {
            byte[] document = Problems.encode(problem, "", "test");
            Map<String, String> headers = lower(problem.headers());
            headers.put("content-type", Problems.MEDIA_TYPE);
            return new ReceivedResponse(problem.status(), headers, document, json);
        }
    }

    @Override
    public PlatformResponse callAsSelf(String platform, PlatformCall call) {
        return call(platform, call);
    }

    private PlatformResponse received(Response response) {
        return new ReceivedResponse(response.status(), EncodedResponse.headers(response), bytes(response.body()), json);
    }

    private static Map<String, String> lower(Map<String, String> headers) {
        Map<String, String> lower = new LinkedHashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        return lower;
    }

    private byte[] bytes(Response.Body body) {
        if (body instanceof Response.Body.Json value) {
            return json.encode(value.value());
        }
        if (body instanceof Response.Body.Bytes whole) {
            return whole.bytes();
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        if (body instanceof Response.Body.Stream stream) {
            try {
                stream.writer().writeTo(written);
            } catch (IOException e) {
                throw new UncheckedIOException("the other platform, as the test plays it, could not write", e);
            }
        }
        return written.toByteArray();
    }
}
