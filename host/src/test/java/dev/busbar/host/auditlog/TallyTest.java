package dev.busbar.host.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.audit.Actor;
import dev.busbar.host.audit.AuditEvent;
import dev.busbar.host.audit.AuditEvent.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Tally tally = new Tally(6, 2);

    private static AuditEvent denied(String address, String target) {
        Actor actor = new Actor("ada", "human", Optional.of("k1"), Optional.of(address), Optional.of("request-1"));
        return new AuditEvent("access.deny", actor, target, Outcome.REFUSED, Map.of("permission", "turbo:write"));
    }

    @Test
    void what_one_actor_is_denied_from_one_network_is_one_count() {
        tally.add(denied("10.0.0.1", "turbo"), NOON);
        tally.add(denied("10.0.0.1", "turbo"), NOON.plusSeconds(1));
        tally.add(denied("10.0.0.9", "turbo"), NOON.plusSeconds(2));

        List<Tally.Count> counts = tally.take(NOON, false);
        assertThat(counts).hasSize(1);
        AuditEvent event = counts.get(0).counted();
        assertThat(event.actor().address()).contains("10.0.0.0/24");
        assertThat(event.details())
                .containsEntry("count", "3")
                .containsEntry("first", "2026-01-01T12:00:00Z")
                .containsEntry("last", "2026-01-01T12:00:02Z")
                .containsEntry("permission", "turbo:write");
        assertThat(tally.take(NOON, false)).isEmpty();
    }

    @Test
    void other_targets_networks_and_actions_count_apart() {
        tally.add(denied("10.0.0.1", "turbo"), NOON);
        tally.add(denied("10.0.1.1", "turbo"), NOON);
        tally.add(denied("10.0.0.1", "echoes"), NOON);

        assertThat(tally.take(NOON, false)).hasSize(3).allMatch(count -> count.times() == 1);
    }

    @Test
    void there_is_room_for_so_many_and_the_rest_is_counted_as_such() {
        for (int n = 0; n < 100_000; n++) {
            tally.add(denied("10.0.0.1", "target-" + n), NOON);
        }

        List<Tally.Count> counts = tally.take(NOON, false);
        assertThat(counts).hasSize(4);
        AuditEvent overflow = counts.get(3).counted();
        assertThat(overflow.action()).isEqualTo(Tally.OVERFLOW);
        assertThat(overflow.details()).containsEntry("count", "99997");
        assertThat(overflow.actor()).isEqualTo(Actor.HOST);
    }

    private static AuditEvent failed(int network, String target) {
        Actor stranger = Actor.unknown("10.0." + network + ".1", "request-" + network);
        return new AuditEvent("auth.fail", stranger, target, Outcome.REFUSED, Map.of());
    }

    @Test
    void a_flood_of_one_stranger_is_recorded_once_a_period() {
        Tally tally = new Tally(6, 600);
        int records = 0;
        for (int second = 0; second < 3_600; second++) {
            Instant now = NOON.plusSeconds(second);
            tally.add(failed(1, "credential:key"), now);
            records += second % 10 == 0 ? tally.take(now, false).size() : 0;
        }

        assertThat(records).isEqualTo(6);
        assertThat(tally.take(NOON.plusSeconds(3_600), true))
                .singleElement()
                .satisfies(count -> assertThat(count.times()).isEqualTo(599));
    }

    @Test
    void strangers_of_many_networks_make_few_records_and_none_is_lost() {
        long records = 0;
        long times = 0;
        for (int second = 0; second < 3_600; second++) {
            Instant now = NOON.plusSeconds(second);
            tally.add(failed(second % 250, "credential:key"), now);
            List<Tally.Count> taken = tally.take(now, second == 3_599);
            records += taken.size();
            times += taken.stream().mapToLong(Tally.Count::times).sum();
        }

        assertThat(times).isEqualTo(3_600);
        assertThat(records)
                .as("two that name a network, and one each ten minutes")
                .isLessThanOrEqualTo(10);
    }

    @Test
    void a_flood_of_strangers_takes_no_room_of_known_actors_or_of_attempts_on_a_key() {
        for (int network = 0; network < 200; network++) {
            tally.add(failed(network, "credential:key"), NOON);
        }
        tally.add(failed(201, "key:admin"), NOON);
        tally.add(denied("10.0.0.1", "turbo"), NOON);

        List<Tally.Count> all = new ArrayList<>(tally.take(NOON, false));
        all.addAll(tally.take(NOON.plusSeconds(10), true));
        assertThat(all).extracting(count -> count.event().target()).contains("key:admin", "turbo");
        assertThat(all).extracting(count -> count.event().action()).doesNotContain(Tally.OVERFLOW);
        assertThat(all.stream().mapToLong(Tally.Count::times).sum()).isEqualTo(202);
    }

    @Test
    void what_could_not_be_recorded_uses_up_no_allowance() {
        for (int second = 0; second < 100; second += 10) {
            tally.add(failed(1, "credential:key"), NOON.plusSeconds(second));
            tally.restore(tally.take(NOON.plusSeconds(second), false));
        }

        assertThat(tally.take(NOON.plusSeconds(100), false))
                .singleElement()
                .satisfies(count -> assertThat(count.event().actor().address()).isPresent())
                .satisfies(count -> assertThat(count.times()).isEqualTo(10));
    }

    @Test
    void the_correlation_id_of_a_stranger_is_not_recorded() {
        tally.add(failed(1, "credential:key"), NOON);

        assertThat(tally.take(NOON, false).get(0).event().actor().correlationId())
                .isEmpty();
    }

    @Test
    void what_is_given_back_is_counted_on() {
        tally.add(denied("10.0.0.1", "turbo"), NOON);
        List<Tally.Count> taken = tally.take(NOON, false);
        tally.add(denied("10.0.0.1", "turbo"), NOON.plusSeconds(5));

        tally.restore(taken);

        assertThat(tally.take(NOON, false))
                .singleElement()
                .satisfies(count -> assertThat(count.times()).isEqualTo(2))
                .satisfies(count -> assertThat(count.first()).isEqualTo(NOON));
    }

    @Test
    void hostile_texts_are_cut_before_they_are_held() {
        tally.add(denied("x".repeat(1 << 20), "y".repeat(1 << 20)), NOON);

        AuditEvent event = tally.take(NOON, false).get(0).event();
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
