package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.CachePolicy;
import dev.busbar.plugin.Deprecation;
import dev.busbar.plugin.Parameter;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Principal;
import dev.busbar.plugin.RouteExample;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Compiled against an API with the old names. */
public final class Plugin implements Platform {
    private final List<Object> old = List.of(
            new Principal("ada"),
            new Deprecation(LocalDate.EPOCH, Optional.empty(), Optional.empty()),
            Access.action("apply"),
            CachePolicy.of(Duration.ofMinutes(1)).sameForAll(),
            Parameter.query("limit").type(int.class).required(),
            RouteExample.answer(200, "hello"));

    @Override
    public String toString() {
        return old.toString();
    }
}
