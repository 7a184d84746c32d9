package badplugin;

import dev.busbar.plugin.Access;
import dev.busbar.plugin.Platform;
import dev.busbar.plugin.Response;
import dev.busbar.plugin.Route;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;

/** Answers which files of the host it can see. */
public final class Plugin implements Platform {
    @Override
    public List<Route> routes() {
        return List.of(Route.get("/", request -> Response.text(reach())).access(Access.PUBLIC));
    }

    private static String reach() throws IOException {
        ClassLoader mine = Plugin.class.getClassLoader();
        List<URL> manifests = Collections.list(mine.getResources("META-INF/MANIFEST.MF"));
        boolean others = manifests.stream().anyMatch(manifest -> !manifest.toString().contains("plugin.jar!"));
        return mine.getResource("tinylog.properties") + " " + mine.getResource("dev/busbar/host/Host.class") + " "
                + others;
    }
}
