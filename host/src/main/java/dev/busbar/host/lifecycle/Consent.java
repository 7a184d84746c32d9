package dev.busbar.host.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a maintainer has allowed by hand.
 *
 * @param downgrade a lower version than the one that runs
 */
public record Consent(boolean downgrade) {
    /** Nothing out of the ordinary. */
    public static final Consent NONE = new Consent(false);

    /** What the words in a file say, where there is one. */
    static Consent beside(Path allow) throws IOException {
        return new Consent(Files.isRegularFile(allow)
                && List.of(Files.readString(allow).split("\\s+")).contains("downgrade"));
    }
}
