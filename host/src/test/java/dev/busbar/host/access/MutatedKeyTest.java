package dev.busbar.host.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Thousands of API keys that differ from a valid one by one change; none is accepted. */
class MutatedKeyTest {
    private static final int KEYS = 10_000;
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/? \n\0\u00e9\u0660";

    private final long seed = Long.getLong("busbar.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void a_key_that_was_changed_anywhere_is_refused() {
        int tried = 0;
        for (int i = 0; i < KEYS; i++) {
            String key = ApiKey.generate("production", new SecureRandom()).text();
            assertThat(ApiKey.parse(key)).as("seed %d", seed).isPresent();
            String changed = mutate(key);
            if (!changed.equals(key)) {
                tried++;
                assertThat(ApiKey.parse(changed))
                        .as("seed %d, key %d: %s from %s", seed, i, changed, key)
                        .isEmpty();
            }
        }
        assertThat(tried).as("seed %d", seed).isGreaterThan(KEYS * 8 / 10);
    }

    /** Changes of up to four neighbouring characters, which CRC-32 finds for certain, and of the length. */
    private String mutate(String key) {
        int at = random.nextInt(key.length());
        char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        return switch (random.nextInt(8)) {
            case 0 -> key.substring(0, at) + other + key.substring(at + 1);
            case 1 -> key.substring(0, at) + key.substring(at + 1);
            case 2 -> key.substring(0, at) + other + key.substring(at);
            case 3 -> key.substring(0, at);
            case 4 -> key + key.substring(at);
            case 5 -> swapped(key, random.nextInt(key.length() - 1));
            case 6 -> flipped(key, at);
            default -> key.substring(0, key.length() - 1) + other;
        };
    }

    private static String swapped(String key, int at) {
        return key.substring(0, at) + key.charAt(at + 1) + key.charAt(at) + key.substring(at + 2);
    }

    private String flipped(String key, int at) {
        char changed = (char) (key.charAt(at) ^ 1 << random.nextInt(7));
        return key.substring(0, at) + changed + key.substring(at + 1);
    }
}
