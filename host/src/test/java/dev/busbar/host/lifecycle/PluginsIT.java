package dev.busbar.host.lifecycle;

import static dev.busbar.host.testing.Jars.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.host.HostInsight;
import dev.busbar.host.desired.Origin;
import dev.busbar.host.generation.GenerationState;
import dev.busbar.host.generation.GenerationView;
import dev.busbar.host.routing.RouteTable;
import dev.busbar.host.testing.HostExtension;
import dev.busbar.host.testing.PluginJar;
import dev.busbar.host.testing.TestHost;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of plugins through the admin API. */
final class PluginsIT {
    @RegisterExtension
    static final HostExtension HOSTS = new HostExtension();

    private TestHost host;

    @BeforeEach
    void begin() {
        host = HOSTS.host();
    }

    private PluginView view() {
        return HOSTS.plugins().find("billing").orElseThrow();
    }

    private String served() throws Exception {
        return host.get("/api/billing").body();
    }

    @Test
    void an_installed_jar_is_shown_with_what_it_is() throws Exception {
        host.install(answering("billing", "1.2.3").attribute("Plugin-Description", "Bills"));

        assertThat(view().state()).isEqualTo(PluginState.ACTIVE);
        assertThat(view().version()).isEqualTo("1.2.3");
        assertThat(view().about().description()).isEqualTo("Bills");
        assertThat(view().routes()).hasSize(1);
        assertThat(view().origin()).isEqualTo(Origin.API);
        assertThat(host.get("/admin/plugins/billing").body()).contains("\"state\":\"ACTIVE\"");
    }

    @Test
    void a_generation_is_published_after_desired_state_was_written() throws Exception {
        host.install(answering("billing", "1.0.0"));
        List<String> written = new CopyOnWriteArrayList<>();
        long generation = view().generation();
        HostInsight.onPublish(host.host(), table -> table.mount("billing")
                .filter(RouteTable.Mount.Served.class::isInstance)
                .map(mount ->
                        ((RouteTable.Mount.Served) mount).routes().generation().number())
                .filter(published -> published > generation)
                .ifPresent(published -> written.add(HostInsight.storedVersion(host.host(), "billing"))));

        host.install(answering("billing", "2.0.0"));

        assertThat(written).isNotEmpty().containsOnly("2.0.0");
    }

    @Test
    void the_same_digest_again_makes_no_new_generation() throws Exception {
        PluginJar jar = answering("billing", "1.0.0");
        host.install(jar);
        long generation = view().generation();

        assertThat(host.install(jar).statusCode()).isEqualTo(200);

        assertThat(view().generation()).isEqualTo(generation);
    }

    @Test
    void a_change_can_be_waited_for_until_the_generation_before_is_gone() throws Exception {
        host.install(answering("billing", "1.0.0"));

        assertThat(host.install(answering("billing", "2.0.0"), "?wait=retired").statusCode())
                .isEqualTo(200);

        assertThat(HOSTS.plugins().generations("billing").get(1).state()).isEqualTo(GenerationState.RETIRED);
        long generation = view().generation();
        assertThat(host.change("billing", "reload?wait=long").statusCode()).isEqualTo(422);
        assertThat(view().generation()).isEqualTo(generation);
    }

    @Test
    void a_lower_version_is_refused_and_changes_nothing() throws Exception {
        host.install(answering("billing", "2.0.0"));

        var refused = host.install(answering("billing", "1.0.0"));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("version 1.0.0 is lower than 2.0.0", "allowDowngrade=true");
        assertThat(served()).isEqualTo("2.0.0");
    }

    @Test
    void a_lower_version_is_accepted_when_it_is_allowed() throws Exception {
        host.install(answering("billing", "2.0.0"));

        assertThat(host.install(answering("billing", "1.0.0"), "?allowDowngrade=true")
                        .statusCode())
                .isEqualTo(200);

        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void in_development_the_same_version_may_have_other_bytes() throws Exception {
        host.install(answering("billing", "1.0.0", "one"));

        assertThat(host.install(answering("billing", "1.0.0", "other")).statusCode())
                .isEqualTo(200);

        assertThat(served()).isEqualTo("other");
    }

    @Test
    void a_reload_starts_a_fresh_generation_of_the_same_digest() throws Exception {
        host.install(answering("billing", "1.0.0"));
        PluginView before = view();

        assertThat(host.change("billing", "reload").statusCode()).isEqualTo(200);

        assertThat(view().generation()).isGreaterThan(before.generation());
        assertThat(view().sha256()).isEqualTo(before.sha256());
    }

    @Test
    void rollbacks_go_back_step_by_step_until_the_history_is_empty() throws Exception {
        host.install(answering("billing", "1.0.0"));
        host.install(answering("billing", "2.0.0"));
        host.install(answering("billing", "3.0.0"));

        host.change("billing", "rollback");
        assertThat(served()).isEqualTo("2.0.0");
        host.change("billing", "rollback");
        assertThat(served()).isEqualTo("1.0.0");
        assertThat(host.change("billing", "rollback").statusCode()).isEqualTo(409);
        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void after_a_rollback_the_newer_version_can_be_installed_again() throws Exception {
        host.install(answering("billing", "1.0.0"));
        host.install(answering("billing", "2.0.0"));
        host.change("billing", "rollback");

        host.install(answering("billing", "2.0.0"));
        assertThat(served()).isEqualTo("2.0.0");
        host.change("billing", "rollback");
        assertThat(served()).isEqualTo("1.0.0");
    }

    @Test
    void a_disabled_plugin_answers_503_and_says_why() throws Exception {
        host.install(answering("billing", "1.0.0"));

        assertThat(host.change("billing", "disable").statusCode()).isEqualTo(200);

        assertThat(host.get("/api/billing").statusCode()).isEqualTo(503);
        assertThat(served()).contains("platform-unavailable", "it is disabled");
        assertThat(view().state()).isEqualTo(PluginState.DISABLED);
        assertThat(view().reason()).hasValueSatisfying(why -> assertThat(why).contains("enable it"));
    }

    @Test
    void a_disabled_plugin_is_served_again_once_it_is_enabled() throws Exception {
        host.install(answering("billing", "1.0.0"));
        host.change("billing", "disable");

        host.change("billing", "enable");

        assertThat(served()).isEqualTo("1.0.0");
        assertThat(host.change("billing", "enable").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reload", "rollback"})
    void a_disabled_plugin_is_not_started_by(String change) throws Exception {
        host.install(answering("billing", "1.0.0"));
        host.install(answering("billing", "2.0.0"));
        host.change("billing", "disable");

        var refused = host.change("billing", change);

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("disabled; enable it first");
        assertThat(view().state()).isEqualTo(PluginState.DISABLED);
    }

    @Test
    void a_jar_installed_while_its_plugin_is_disabled_runs_once_it_is_enabled() throws Exception {
        host.install(answering("billing", "1.0.0"));
        host.change("billing", "disable");

        host.install(answering("billing", "2.0.0"));
        assertThat(host.get("/api/billing").statusCode()).isEqualTo(503);
        host.change("billing", "enable");
        assertThat(served()).isEqualTo("2.0.0");
    }

    @Test
    void a_removed_plugin_is_forgotten() throws Exception {
        host.install(answering("billing", "1.0.0"));

        assertThat(host.remove("billing").statusCode()).isEqualTo(204);

        assertThat(host.get("/api/billing").statusCode()).isEqualTo(404);
        assertThat(host.get("/admin/plugins/billing").statusCode()).isEqualTo(404);
        assertThat(host.get("/admin/plugins").body()).doesNotContain("billing");
        assertThat(host.remove("billing").statusCode()).isEqualTo(404);
    }

    @Test
    void a_removed_plugin_can_be_installed_again_at_any_version() throws Exception {
        host.install(answering("billing", "2.0.0"));
        host.remove("billing");

        host.install(answering("billing", "1.0.0"));

        assertThat(served()).isEqualTo("1.0.0");
        assertThat(host.change("billing", "rollback").statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reload", "rollback", "enable", "disable"})
    void an_unknown_id_is_answered_404_by(String change) throws Exception {
        var answer = host.change("nobody", change);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("there is no plugin nobody");
        assertThat(host.get("/admin/plugins/nobody/generations").statusCode()).isEqualTo(404);
    }

    @Test
    void a_file_that_is_no_plugin_is_answered_422_with_the_reason() throws Exception {
        var refused = host.post("/admin/plugins", "application/java-archive", "not a jar");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("plugin-rejected", "not a complete zip file");
    }

    @Test
    void the_steps_of_a_swap_are_shown_with_their_times() throws Exception {
        host.install(answering("billing", "1.0.0"));

        GenerationView shown = HOSTS.plugins().generations("billing").get(0);

        assertThat(shown.state()).isEqualTo(GenerationState.ACTIVE);
        assertThat(shown.micros().load()).isPositive();
        assertThat(shown.unload()).isEmpty();
        assertThat(host.get("/admin/plugins/billing/generations").body()).contains("\"version\":\"1.0.0\"");
    }
}
