package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.TestHost;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** While the start of one platform hangs, every other one can be changed. */
final class HangingStartIT {
    private static final String HANGS = "busbar.test.hangs";

    @RegisterExtension
    final HostExtension hosts = new HostExtension("--swap.startLimit=60s");

    private final CountDownLatch gate = new CountDownLatch(1);

    @BeforeEach
    void hang() {
        System.getProperties().put(HANGS, gate);
    }

    @AfterEach
    void release() {
        gate.countDown();
        System.getProperties().remove(HANGS);
    }

    private CompletableFuture<PluginView> beginHanging() throws IOException {
        byte[] jar = answering("hanging", "1.0.0")
                .members("@Override public void start(PlatformContext context) throws Exception {"
                        + " ((CountDownLatch) System.getProperties().get(\"" + HANGS + "\")).await(); }")
                .bytes();
        CompletableFuture<PluginView> hanging = hosts.plugins()
                .by(Actor.HOST)
                .install(new ByteArrayInputStream(jar), Optional.empty(), Consent.NONE, () -> {});
        await().until(() -> hosts.plugins()
                .find("hanging")
                .filter(view -> view.state() == PluginState.STARTING)
                .isPresent());
        return hanging;
    }

    @Test
    void another_platform_is_rolled_back_meanwhile() throws Exception {
        TestHost host = hosts.host();
        host.install(answering("billing", "1.0.0"));
        host.install(answering("billing", "2.0.0"));
        CompletableFuture<PluginView> hanging = beginHanging();

        assertThat(host.change("billing", "rollback").statusCode()).isEqualTo(200);

        assertThat(host.get("/api/billing").body()).isEqualTo("1.0.0");
        assertThat(hanging).isNotDone();
        release();
        assertThat(hanging.get().state()).isEqualTo(PluginState.ACTIVE);
    }
}
