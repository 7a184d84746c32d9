package dev.busbar.host.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a maintainer has allowed by hand.
 *
 * @param downgrade a lower version than the one that runs
 * @param force one that cannot read the state that was written since
 */
public record Consent(boolean downgrade, boolean force) {
    /** Nothing out of the ordinary. */
    public static final Consent NONE = new Consent(false, false);

    /** What the words in a file say, where there is one. */
    static Consent beside(Path allow) throws IOException {
        List<String> words =
                Files.isRegularFile(allow) ? List.of(Files.readString(allow).split("\\s+")) : List.of();
        return new Consent(words.contains("downgrade"), words.contains("force"));
    }
}
