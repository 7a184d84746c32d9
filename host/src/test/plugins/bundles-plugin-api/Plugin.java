package badplugin;

import dev.busbar.plugin.Platform;

/** Nothing is wrong with it but what lies beside it. */
public final class Plugin implements Platform {}
