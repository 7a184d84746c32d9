package dev.busbar.host.isolation;

import com.github.zafarkhaja.semver.Version;
import java.util.regex.Pattern;

/** Ranges of versions as manifests write them. Immutable. */
final class VersionRange {
    private static final Pattern EXACT = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    private VersionRange() {}

    /**
     * Returns whether a version is in a range. A plain version is a minimum; an empty range and {@code *} mean any.
     *
     * @throws com.github.zafarkhaja.semver.ParseException when the range is malformed
     */
    static boolean fits(Version version, String range) {
        if (range.isEmpty() || range.equals("*")) {
            return true;
        }
        return version.satisfies(EXACT.matcher(range).matches() ? ">=" + range : range);
    }
}
