package dev.busbar.plugin.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.busbar.core.BodyRules;
import dev.busbar.core.CanonicalPath;
import dev.busbar.core.EncodedResponse;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.RequestBody;
import dev.busbar.core.RouteSet;
import dev.busbar.core.SeenFields;
import dev.busbar.plugin.Access;
import dev.busbar.plugin.HttpMethod;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.ProblemException;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call of a route, built and then made by {@link #call}. Each method returns this object. Used by one
 * thread, once.
 */
public final class TestCall {
    private static final long STREAM_SECONDS = 60;

    private final Means means;
    private final String method;
    private final String path;
    private final StringBuilder query = new StringBuilder();
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private InputStream body = InputStream.nullInputStream();
    private long contentLength;
    private @Nullable Principal principal;

    record Means(RouteSet<TestRoute> routes, TestThreads threads, JsonCodec json) {}

    TestCall(Means means, String method, String path) {
        int question = path.indexOf('?');
        this.means = means;
        this.method = method;
        this.path = question < 0 ? path : path.substring(0, question);
        if (question >= 0) {
            query.append(path, question + 1, path.length());
        }
    }

    /** Adds a query parameter, as it is: it is encoded here. */
    public TestCall query(String name, String value) {
        query.append(query.length() == 0 ? "" : "&")
                .append(URLEncoder.encode(name, UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, UTF_8));
        return this;
    }

    /** Adds a header field. */
    public TestCall header(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
        return this;
    }

    /** Sets a body: a value, written as JSON. */
    public TestCall json(Object value) {
        return body("application/json", means.json().encode(value));
    }

    /** Sets a body: text. */
    public TestCall body(String contentType, String text) {
        return body(contentType, text.getBytes(UTF_8));
    }

    /** Sets a body of known length. */
    public TestCall body(String contentType, byte[] bytes) {
        body(contentType, new ByteArrayInputStream(bytes));
        contentLength = bytes.length;
        return this;
    }

    /** Sets a body whose length is not declared: it streams in. */
    public TestCall body(String contentType, InputStream in) {
        headers.put("content-type", List.of(contentType));
        body = in;
        contentLength = -1;
        return this;
    }

    /** Sets the caller. */
    public TestCall as(Principal caller) {
        principal = caller;
        return this;
    }

    /**
     * Makes the call and waits for the response; a failure of the platform is a response, too, whose cause {@link
     * TestResult#failure} returns.
     *
     * @throws InterruptedException when the test is interrupted while it waits
     */
    public TestResult call() throws InterruptedException {
        AtomicBoolean claimed = new AtomicBoolean();
        RequestBody[] limited = new RequestBody[1];
        try {
            RouteSet.Found<TestRoute> found = find();
            Route route = found.entry().route();
            BodyRules.check(route, headers.getOrDefault("content-type", List.of()), contentLength);
            if (route.method() != HttpMethod.GET) {
                BodyRules.checkCodings(headers.getOrDefault("content-encoding", List.of()));
            }
            InputStream seen = SeenFields.isBodySeen(route) ? body : InputStream.nullInputStream();
            limited[0] = new RequestBody(seen, route.maxBodyBytes(), claimed::get);
            TestRequest request = new TestRequest(
                    new TestRequest.Sent(path, query.toString(), Map.copyOf(headers), limited[0]),
                    found,
                    caller(route),
                    means.json(),
                    Instant.now().plus(route.deadline()));
            return handle(route, request, limited[0], claimed);
        } catch (ProblemException problem) {
            return problem(problem, null);
        } catch (ExecutionException failed) {
            return failed(failed.getCause(), limited[0]);
        }
    }

    private RouteSet.Found<TestRoute> find() {
        RouteSet.Lookup<TestRoute> lookup =
                means.routes().find(method, CanonicalPath.parse(path).segments(), 0);
        if (lookup instanceof RouteSet.Found<TestRoute> found) {
            return found;
        }
        throw ((RouteSet.Missing<TestRoute>) lookup).problem();
    }

    private Optional<Principal> caller(Route route) {
        boolean open = route.access().filter(Access.PUBLIC::equals).isPresent();
        return principal != null || open
                ? Optional.ofNullable(principal)
                : Optional.of(Principal.of(PlatformHarness.PRINCIPAL, Principal.Kind.SERVICE, Set.of()));
    }

    private TestResult handle(Route route, TestRequest request, RequestBody limited, AtomicBoolean claimed)
            throws InterruptedException, ExecutionException {
        CompletableFuture<EncodedResponse> response = new CompletableFuture<>();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Future<Boolean> running = means.threads().submit(() -> {
            try {
                request.readParameters();
                EncodedResponse encoded =
                        EncodedResponse.of(route, route.handler().handle(request), limited, means.json());
                claimed.set(true);
                response.complete(encoded);
                if (encoded instanceof EncodedResponse.Buffered buffered) {
                    content.writeBytes(buffered.content());
                } else if (encoded instanceof EncodedResponse.Streaming stream) {
                    stream.writer().writeTo(content);
                }
                return true;
            } catch (Throwable failure) {
                // The border to a platform's code: whatever it throws, errors included, is the outcome of this call.
                response.completeExceptionally(failure);
                throw failure;
            }
        });
        try {
            Response sent = response.get(route.deadline().toNanos(), TimeUnit.NANOSECONDS)
                    .response();
            return written(sent, content, running);
        } catch (TimeoutException late) {
            claimed.set(true);
            running.cancel(true);
            return problem(ProblemType.PLATFORM_TIMEOUT.problem("no response within " + route.deadline()), late);
        }
    }

    private TestResult written(Response response, ByteArrayOutputStream content, Future<Boolean> running)
            throws InterruptedException {
        @Nullable Throwable broken = null;
        try {
            running.get(STREAM_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            broken = e.getCause();
        } catch (TimeoutException e) {
            running.cancel(true);
            broken = e;
        }
        boolean silent = method.equals("HEAD") || response.status() == 204 || response.status() == 304;
        byte[] bytes = silent ? new byte[0] : content.toByteArray();
        return new TestResult(
                response.status(),
                response.headerValues(),
                bytes,
                Optional.empty(),
                Optional.ofNullable(broken),
                means.json());
    }

    private TestResult failed(@Nullable Throwable failure, @Nullable RequestBody limited) {
        ProblemException problem = EncodedResponse.problem(failure, limited);
        return problem(problem, problem == failure ? null : failure);
    }

    private TestResult problem(ProblemException problem, @Nullable Throwable failure) {
        return TestResult.of(problem, path, Optional.ofNullable(failure), means.json());
    }
}
