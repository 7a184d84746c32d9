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
 * @param replacesGone whatever version, because the jar it takes the place of is gone
 */
public record Consent(boolean downgrade, boolean force, boolean replacesGone) {
    /** Nothing out of the ordinary. */
    public static final Consent NONE = new Consent(false, false);

    /** To a lower version or not, and to the loss of state or not. */
    public Consent(boolean downgrade, boolean force) {
        this(downgrade, force, false);
    }

    /** What the words in a file say, where there is one. */
    static Consent beside(Path allow) throws IOException {
        List<String> words =
                Files.isRegularFile(allow) ? List.of(Files.readString(allow).split("\\s+")) : List.of();
        return new Consent(words.contains("downgrade"), words.contains("force"));
    }
}
