package dev.busbar.host.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.busbar.host.jwt.Algorithm;
import dev.busbar.host.jwt.Forge;
import dev.busbar.host.jwt.KeySet;
import dev.busbar.host.jwt.KeysUnavailableException;
import dev.busbar.host.threads.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FetchedKeysTest {
    private static final FetchedKeys.Ages AGES =
            new FetchedKeys.Ages(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofHours(12));

    private final Issuer issuer = new Issuer();
    private long now = -5;

    private static final class Issuer implements KeyFetch {
        private final AtomicInteger fetches = new AtomicInteger();
        private final AtomicInteger aborts = new AtomicInteger();
        private String keys = OutsideIssuer.keySet("c1", Forge.OTHER_RSA);
        private boolean broken;

        @Override
        public byte[] fetch() throws IOException {
            fetches.incrementAndGet();
            if (broken) {
                throw new IOException("it is broken");
            }
            return keys.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void abort() {
            aborts.incrementAndGet();
        }
    }

    private FetchedKeys keys(Executor executor) {
        return new FetchedKeys(
                "corp",
                issuer,
                octets -> KeySet.read(octets, Set.of(Algorithm.RS256), Clock.systemUTC()),
                AGES,
                executor,
                () -> now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** Case 6. */
    @Test
    void ten_thousand_unknown_keys_fetch_once_an_interval() {
        FetchedKeys keys = keys(Runnable::run);
        assertThat(keys.lookFor("c1")).isPresent();

        for (int interval = 0; interval < 3; interval++) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(keys.lookFor("unknown-" + i)).isEmpty();
            }
            assertThat(issuer.fetches).hasValue(1 + interval);
            pass(AGES.interval());
        }
    }

    @Test
    void a_new_key_of_the_issuer_is_found_and_its_old_one_is_over() {
        FetchedKeys keys = keys(Runnable::run);
        assertThat(keys.lookFor("c1")).isPresent();
        issuer.keys = OutsideIssuer.keySet("c2", Forge.RSA);

        assertThat(keys.lookFor("c2")).as("within the interval").isEmpty();
        pass(AGES.interval());
        assertThat(keys.lookFor("c2")).isPresent();

        assertThat(keys.find("c1")).isEmpty();
    }

    @Test
    void keys_are_fetched_in_the_background_when_they_are_due() {
        FetchedKeys keys = keys(Runnable::run);

        keys.keepUp();
        keys.keepUp();
        assertThat(issuer.fetches).hasValue(1);
        assertThat(keys.find("c1")).isPresent();
        pass(AGES.refresh());
        keys.keepUp();

        assertThat(issuer.fetches).hasValue(2);
    }

    @Test
    void fetched_keys_hold_while_the_issuer_is_unavailable_up_to_a_maximum_age() {
        FetchedKeys keys = keys(Runnable::run);
        assertThat(keys.lookFor("c1")).isPresent();

        issuer.broken = true;
        pass(AGES.refresh());
        keys.keepUp();
        assertThat(issuer.fetches).hasValue(2);
        assertThat(keys.find("c1")).isPresent();
        issuer.broken = false;
        issuer.keys = "{\"keys\":[]}";
        pass(AGES.refresh());
        keys.keepUp();
        assertThat(keys.lookFor("c1")).isPresent();
        pass(AGES.maximum());

        assertThat(keys.find("c1")).isEmpty();
        assertThatThrownBy(() -> keys.lookFor("c1")).isInstanceOf(KeysUnavailableException.class);
    }

    @Test
    void a_hanging_fetch_delays_no_request_for_long_is_the_only_one_and_is_aborted() {
        List<Runnable> hanging = new ArrayList<>();
        FetchedKeys keys = keys(hanging::add);

        long before = System.nanoTime();
        assertThatThrownBy(() -> keys.lookFor("c1")).isInstanceOf(KeysUnavailableException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(11));
        keys.keepUp();

        assertThat(hanging).hasSize(1);
        assertThat(issuer.aborts).hasValue(1);
        hanging.get(0).run();
        assertThat(keys.find("c1")).isPresent();
    }

    @Test
    void a_host_that_stops_fetches_nothing_more() {
        FetchedKeys keys = keys(task -> {
            throw new RejectedExecutionException();
        });

        keys.keepUp();

        assertThatThrownBy(() -> keys.lookFor("c1")).isInstanceOf(KeysUnavailableException.class);
    }

    /** Each fetch ends once the thread of the test waits for it. */
    @Test
    void after_any_number_of_new_keys_a_request_still_waits_for_a_fetch() {
        Thread caller = Thread.currentThread();
        FetchedKeys keys = keys(task -> Threads.start("fetch", () -> {
            await().atMost(Duration.ofSeconds(5)).until(() -> caller.getState() == Thread.State.TIMED_WAITING);
            task.run();
        }));
        for (int i = 0; i < 20; i++) {
            issuer.keys = OutsideIssuer.keySet("turn-" + i, Forge.RSA);
            pass(AGES.interval());

            assertThat(keys.lookFor("turn-" + i)).as("key %s", i).isPresent();
        }
    }
}
