package dev.busbar.host.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that calls another platform continuously and records wrong responses. */
final class Neighbour implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 10;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final HttpRequest request;
    private final String right;
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();

    /** Starts to call an address with an expected text. */
    Neighbour(URI address, String right) {
        this.request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
        this.right = right;
        timer.scheduleWithFixedDelay(this::call, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void call() {
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !answer.body().equals(right)) {
                wrong.add(answer + " " + answer.body());
            }
        } catch (Exception e) {
            wrong.add(e.toString());
        }
        answers.incrementAndGet();
    }

    /** Waits for two more responses and asserts that none was wrong. */
    void isWell() {
        int before = answers.get();
        await("the neighbour's answer").atMost(LIMIT.multipliedBy(2)).until(() -> answers.get() >= before + 2);
        assertThat(wrong).as("wrong answers of the neighbour").isEmpty();
    }

    @Override
    public void close() {
        timer.shutdown();
        await("the end of the neighbour").atMost(LIMIT.multipliedBy(2)).until(timer::isTerminated);
    }
}
