package dev.busbar.host.settings;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The limit on the open files of this process. Stateless. */
final class OpenFiles {
    private OpenFiles() {}

    /** The max number of open files; {@link Long#MAX_VALUE} where the system does not say. */
    static long max() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
