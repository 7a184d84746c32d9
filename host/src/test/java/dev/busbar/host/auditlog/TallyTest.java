package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditEvent.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Tally tally = new Tally(3);

    private static AuditEvent denied(String address, String target) {
        Actor actor = new Actor("ada", "human", Optional.of("k1"), Optional.of(address), Optional.of("request-1"));
        return new AuditEvent("access.deny", actor, target, Outcome.REFUSED, Map.of("permission", "turbo:write"));
    }

    @Test
    void what_one_actor_is_denied_from_one_network_is_one_count() {
        tally.add(denied("10.0.0.1", "turbo"), NOON);
        tally.add(denied("10.0.0.1", "turbo"), NOON.plusSeconds(1));
        tally.add(denied("10.0.0.9", "turbo"), NOON.plusSeconds(2));

        List<Tally.Count> counts = tally.take();
        assertThat(counts).hasSize(1);
        AuditEvent event = counts.get(0).counted();
        assertThat(event.actor().address()).contains("10.0.0.0/24");
        assertThat(event.details())
                .containsEntry("count", "3")
                .containsEntry("first", "2026-01-01T12:00:00Z")
                .containsEntry("last", "2026-01-01T12:00:02Z")
                .containsEntry("permission", "turbo:write");
        assertThat(tally.take()).isEmpty();
    }

    @Test
    void other_targets_networks_and_actions_count_apart() {
        tally.add(denied("10.0.0.1", "turbo"), NOON);
        tally.add(denied("10.0.1.1", "turbo"), NOON);
        tally.add(denied("10.0.0.1", "echoes"), NOON);

        assertThat(tally.take()).hasSize(3).allMatch(count -> count.times() == 1);
    }

    @Test
    void there_is_room_for_so_many_and_the_rest_is_counted_as_such() {
        for (int n = 0; n < 100_000; n++) {
            tally.add(denied("10.0.0.1", "target-" + n), NOON);
        }

        List<Tally.Count> counts = tally.take();
        assertThat(counts).hasSize(4);
        AuditEvent overflow = counts.get(3).counted();
        assertThat(overflow.action()).isEqualTo(Tally.OVERFLOW);
        assertThat(overflow.details()).containsEntry("count", "99997");
        assertThat(overflow.actor()).isEqualTo(Actor.HOST);
    }

    @Test
    void what_is_given_back_is_counted_on() {
        tally.add(denied("10.0.0.1", "turbo"), NOON);
        List<Tally.Count> taken = tally.take();
        tally.add(denied("10.0.0.1", "turbo"), NOON.plusSeconds(5));

        tally.restore(taken);

        assertThat(tally.take())
                .singleElement()
                .satisfies(count -> assertThat(count.times()).isEqualTo(2))
                .satisfies(count -> assertThat(count.first()).isEqualTo(NOON));
    }

    @Test
    void hostile_texts_are_cut_before_they_are_held() {
        tally.add(denied("x".repeat(1 << 20), "y".repeat(1 << 20)), NOON);

        AuditEvent event = tally.take().get(0).event();
        assertThat(event.target()).hasSize(500);
        assertThat(event.actor().address().orElseThrow()).hasSize(100);
    }

    @Test
    void addresses_are_of_networks() {
        assertThat(Networks.of("192.168.7.9")).isEqualTo("192.168.7.0/24");
        assertThat(Networks.of("2001:db8:0:1:2:3:4:5")).isEqualTo("2001:db8:0:1::/64");
        assertThat(Networks.of("2001:db8::1")).isEqualTo("2001:db8:0:0::/64");
        assertThat(Networks.of("fe80::1%eth0")).isEqualTo("fe80:0:0:0::/64");
        assertThat(Networks.of("::ffff:10.1.2.3")).isEqualTo("10.1.2.0/24");
        assertThat(Networks.of("example.org")).isEqualTo("example.org");
        assertThat(Networks.of("a:b:zz")).isEqualTo("a:b:zz");
        assertThat(Networks.of("")).isEmpty();
    }
}
