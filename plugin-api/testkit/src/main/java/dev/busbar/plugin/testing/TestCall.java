package dev.busbar.plugin.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.busbar.core.BodyRules;
import dev.busbar.core.JsonCodec;
import dev.busbar.core.ProblemType;
import dev.busbar.core.RequestBody;
import dev.busbar.core.SeenFields;
import dev.busbar.plugin.Access;
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
 * One call of a route, put together and then made by {@link #call}. Each method answers this same object. Used by one
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

    record Means(TestRoutes routes, TestThreads threads, JsonCodec json) {}

    /** What has come of the handler, once it can no longer be taken back by the deadline. */
    private record Answer(Response response, byte[] bytes) {}

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

    /** Says who calls. */
    public TestCall as(Principal caller) {
        principal = caller;
        return this;
    }

    /**
     * Makes the call and waits for its answer. Whatever goes wrong in the platform is an answer too:
     * {@link TestResult#failure} tells what it was.
     *
     * @throws InterruptedException when the test is interrupted while it waits
     */
    public TestResult call() throws InterruptedException {
        AtomicBoolean answered = new AtomicBoolean();
        RequestBody[] limited = new RequestBody[1];
        try {
            TestRoutes.Match match = means.routes().find(method, path);
            Route route = match.route();
            BodyRules.check(route, headers.getOrDefault("content-type", List.of()), contentLength);
            InputStream seen = SeenFields.isBodySeen(route) ? body : InputStream.nullInputStream();
            limited[0] = new RequestBody(seen, route.maxBodyBytes(), answered::get);
            TestRequest request = new TestRequest(
                    new TestRequest.Sent(path, query.toString(), Map.copyOf(headers), limited[0]),
                    match,
                    caller(route),
                    means.json(),
                    Instant.now().plus(route.deadline()));
            return handle(route, request, answered);
        } catch (ProblemException problem) {
            return problem(problem, null);
        } catch (ExecutionException failed) {
            return failed(failed.getCause(), limited[0]);
        }
    }

    private Optional<Principal> caller(Route route) {
        boolean open = route.access().filter(Access.PUBLIC::equals).isPresent();
        return principal != null || open
                ? Optional.ofNullable(principal)
                : Optional.of(new Principal(PlatformHarness.PRINCIPAL, Principal.Kind.SERVICE, Set.of()));
    }

    private TestResult handle(Route route, TestRequest request, AtomicBoolean answered)
            throws InterruptedException, ExecutionException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        Future<Boolean> running = means.threads().submit(() -> {
            try {
                Answer made = made(route, request);
                answered.set(true);
                answer.complete(made);
                content.writeBytes(made.bytes());
                if (made.response().body() instanceof Response.Body.Stream stream) {
                    stream.writer().writeTo(content);
                }
                return true;
            } catch (Throwable failure) {
                // The border to a platform's code: whatever it throws, errors included, is the outcome of this call.
                answer.completeExceptionally(failure);
                throw failure;
            }
        });
        try {
            Response response =
                    answer.get(route.deadline().toNanos(), TimeUnit.NANOSECONDS).response();
            return written(response, content, running);
        } catch (TimeoutException late) {
            answered.set(true);
            running.cancel(true);
            return problem(ProblemType.PLATFORM_TIMEOUT.problem("no answer within " + route.deadline()), late);
        }
    }

    private Answer made(Route route, TestRequest request) throws Exception {
        @Nullable Response response = route.handler().handle(request);
        if (response == null) {
            throw new IllegalStateException("the handler of " + route + " answered null");
        }
        @Nullable ProblemException cutOff = request.cutOff();
        if (cutOff != null) {
            throw cutOff;
        }
        Response.Body content = response.body();
        if (content instanceof Response.Body.Json json) {
            return new Answer(response, means.json().encode(json.value()));
        }
        return new Answer(response, content instanceof Response.Body.Bytes bytes ? bytes.bytes() : new byte[0]);
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
                response.headers(),
                bytes,
                Optional.empty(),
                Optional.ofNullable(broken),
                means.json());
    }

    private TestResult failed(@Nullable Throwable failure, @Nullable RequestBody limited) {
        @Nullable ProblemException cutOff = limited == null ? null : limited.problem();
        if (cutOff != null) {
            return problem(cutOff, failure);
        }
        return failure instanceof ProblemException problem
                ? problem(problem, null)
                : problem(ProblemType.PLATFORM_FAILED.problem("the platform could not answer"), failure);
    }

    private TestResult problem(ProblemException problem, @Nullable Throwable failure) {
        return TestResult.of(problem, path, Optional.ofNullable(failure), means.json());
    }
}
