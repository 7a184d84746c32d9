package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.testing.HostExtension;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A start that is abandoned at its limit, and returns as if nothing had happened. */
final class AbandonedStartIT {
    private static final String RETURNED = "busbar.test.returned";
    private static final String CALLED = "busbar.test.called";

    @RegisterExtension
    final HostExtension hosts = new HostExtension("--swap.startLimit=300ms");

    private final CountDownLatch returned = new CountDownLatch(1);

    @BeforeEach
    void share() {
        System.getProperties().put(RETURNED, returned);
    }

    @AfterEach
    void forget() {
        System.getProperties().remove(RETURNED);
        System.getProperties().remove(CALLED);
    }

    @Test
    void no_other_method_follows_it_which_its_interrupt_would_hit() throws Exception {
        var failed = hosts.host()
                .install(answering("slow", "1.0.0")
                        .members("@Override public void start(PlatformContext context) {"
                                + " try { new CountDownLatch(1).await(); } catch (InterruptedException e) { }"
                                + " ((CountDownLatch) System.getProperties().get(\"" + RETURNED + "\")).countDown(); }"
                                + " @Override public List<HealthCheck> healthChecks() {"
                                + " System.setProperty(\"" + CALLED + "\", \"\" + Thread.interrupted());"
                                + " return List.of(); }"));

        assertThat(failed.statusCode()).isEqualTo(422);
        assertThat(failed.body()).contains("not done within PT0.3S");
        assertThat(returned.await(5, TimeUnit.SECONDS)).isTrue();
        hosts.plugins().whenRetired("slow").get(5, TimeUnit.SECONDS);
        assertThat(System.getProperties()).doesNotContainKey(CALLED);
    }
}
