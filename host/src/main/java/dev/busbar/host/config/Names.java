package dev.busbar.host.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of keys as environment variables, and suggestions for misspelt keys. Stateless. */
final class Names {
    static final String PREFIX = "BUSBAR_";

    private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");
    /** Variables of this program that are no configuration: those of its command line, and of its start script. */
    private static final Pattern OTHER =
            Pattern.compile("BUSBAR_(KEY|URL|JAVA|JAVA_OPTS|BACKUP_PASSPHRASE|TO_PASSWORD)");
    /** Variables that Kubernetes sets in each container for a service named {@code busbar} or {@code busbar-…}. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("BUSBAR_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_\\d+_(TCP|UDP|SCTP)(_.+)?)");

    private static final Pattern LINK_NAME = Pattern.compile("BUSBAR_([A-Z0-9_]+_)?PORT");
    private static final Pattern LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

    private Names() {}

    /** {@code admin.sharedPort} is {@code BUSBAR_ADMIN_SHARED_PORT}. */
    static String variable(String key) {
        String words = HUMP.matcher(key).replaceAll("$1_$2");
        return PREFIX + words.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** True for a variable that is meant to be configuration. */
    static boolean isConfiguration(String variable, String value) {
        boolean serviceLink = SERVICE_LINK.matcher(variable).matches()
                || (LINK_NAME.matcher(variable).matches()
                        && LINK_VALUE.matcher(value).matches());
        return variable.startsWith(PREFIX)
                && !serviceLink
                && !OTHER.matcher(variable).matches();
    }

    /** The known name that differs in the fewest letters, if they are few. */
    static Optional<String> nearest(String name, Collection<String> known) {
        int max = Math.max(2, name.length() / 4);
        return known.stream()
                .filter(candidate -> distance(name, candidate) <= max)
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein distance, case ignored. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
