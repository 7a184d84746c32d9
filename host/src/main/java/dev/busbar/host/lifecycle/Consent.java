package dev.busbar.host.lifecycle;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The consent of an operator to a change. Immutable.
 *
 * @param downgrade to a lower version than the one that runs
 * @param force to a version that cannot read the state that was written since
 * @param publicRoutes to routes that any client may call
 */
public record Consent(boolean downgrade, boolean force, boolean publicRoutes) {
    /** No consent. */
    public static final Consent NONE = new Consent(false, false, false);

    /** The words of the consent, for the audit trail. */
    String words() {
        Stream<String> all =
                Stream.of(downgrade ? "downgrade" : "", force ? "force" : "", publicRoutes ? "public" : "");
        return all.filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
    }

    /** The consent in the text of an {@code .allow} file. */
    public static Consent parse(String text) {
        List<String> words = List.of(text.split("\\s+"));
        return new Consent(words.contains("downgrade"), words.contains("force"), words.contains("public"));
    }
}
