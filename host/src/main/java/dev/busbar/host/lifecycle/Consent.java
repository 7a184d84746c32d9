package dev.busbar.host.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a maintainer has allowed by hand.
 *
 * @param downgrade a lower version than the one that runs
 * @param force one that cannot read the state that was written since
 * @param publicRoutes routes that everybody may call
 */
public record Consent(boolean downgrade, boolean force, boolean publicRoutes) {
    /** Nothing out of the ordinary. */
    public static final Consent NONE = new Consent(false, false, false);

    /** The words that say the same, for the record. */
    String words() {
        Stream<String> all =
                Stream.of(downgrade ? "downgrade" : "", force ? "force" : "", publicRoutes ? "public" : "");
        return all.filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
    }

    /** What the words in a file say, where there is one. */
    public static Consent beside(Path allow) throws IOException {
        List<String> words =
                Files.isRegularFile(allow) ? List.of(Files.readString(allow).split("\\s+")) : List.of();
        return new Consent(words.contains("downgrade"), words.contains("force"), words.contains("public"));
    }
}
