package dev.busbar.host.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.artifacts.ArtifactStore;
import dev.busbar.host.store.Blobs;
import dev.busbar.host.store.Database;
import dev.busbar.host.store.EachDatabase;
import dev.busbar.host.testing.FakeAuditTrail;
import dev.busbar.host.testing.TestSigner;
import dev.busbar.host.trust.TrustSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

final class DesiredFeedTest {
    @TempDir
    Path work;

    @EachDatabase
    void a_store_that_went_back_is_reported_again_where_it_could_not_be_read_then(Database database) throws Exception {
        DesiredStore store = new DesiredStore(database, Clock.systemUTC(), 5, new FakeAuditTrail(database));
        store.install(new Desired("billing", "digest", "1.0.0", false, Origin.API, "", 0, true), Optional.empty());
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch resynchronized = new CountDownLatch(1);
        DesiredFeed.Listener listener = new DesiredFeed.Listener() {
            @Override
            public void changed(DesiredStore.Snapshot now) {
                throw new AssertionError("the store went back");
            }

            @Override
            public void wentBack() {
                if (attempts.incrementAndGet() == 1) {
                    throw new IllegalStateException("the store cannot be read");
                }
                assertThat(store.resynchronize().revision()).isZero();
                resynchronized.countDown();
            }
        };
        database.jdbi().useHandle(handle -> handle.execute("update desired_change set revision = 0 where id = 1"));

        try (DesiredFeed feed = new DesiredFeed(store, artifacts(database), listener)) {
            feed.start(1);
            assertThat(resynchronized.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(attempts).hasValue(2);
    }

    @EachDatabase
    void versions_to_roll_back_to_are_copied_in_advance(Database database) throws Exception {
        DesiredStore store = new DesiredStore(database, Clock.systemUTC(), 5, new FakeAuditTrail(database));
        byte[] bytes = {1, 2, 3};
        String sha256 = TestSigner.digest(bytes);
        new Blobs(database, "artifact", Clock.systemUTC()).put(sha256, new ByteArrayInputStream(bytes));
        store.install(new Desired("billing", sha256, "1.0.0", true, Origin.API, "", 0, true), Optional.empty());
        store.install(new Desired("billing", "gone", "2.0.0", false, Origin.API, "", 0, true), Optional.empty());
        ArtifactStore artifacts = artifacts(database);

        try (DesiredFeed feed = new DesiredFeed(store, artifacts, new Ignoring())) {
            feed.poll();
            feed.poll();
        }

        assertThat(artifacts.shadows()).containsExactly(sha256);
    }

    private static final class Ignoring implements DesiredFeed.Listener {
        @Override
        public void changed(DesiredStore.Snapshot now) {}

        @Override
        public void wentBack() {}
    }

    private ArtifactStore artifacts(Database database) throws IOException {
        return ArtifactStore.open(
                work,
                new TrustSettings(TrustSettings.Policy.OFF, work, work, work.resolve("bundled.sha256"), List.of()),
                false,
                database,
                Clock.systemUTC());
    }
}
