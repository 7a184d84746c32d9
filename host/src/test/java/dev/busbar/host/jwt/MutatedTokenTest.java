package dev.busbar.host.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Thousands of tokens that differ from a valid one by one change; none is accepted. */
class MutatedTokenTest {
    private static final int TOKENS = 10_000;
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/? \u00e9";

    private final long seed = Long.getLong("busbar.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void a_token_that_was_changed_anywhere_is_refused_and_never_a_fault() {
        Trust trust = new Trust();
        List<String> good = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            good.add(Forge.good(Trust.NOW.getEpochSecond())
                    .claim("jti", "\"t-" + i + "\"")
                    .token());
        }
        int tried = 0;
        for (int i = 0; i < TOKENS; i++) {
            String token = good.get(i % good.size());
            assertThatCode(() -> trust.verifier().inspect(token).verify())
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
            String changed = mutate(token);
            if (!good.contains(changed)) {
                tried++;
                assertThat(isTaken(trust, changed))
                        .as("seed %d, token %d: %s", seed, i, changed)
                        .isFalse();
            }
        }
        assertThat(tried).as("seed %d", seed).isGreaterThan(TOKENS * 9 / 10);
    }

    private static boolean isTaken(Trust trust, String token) {
        try {
            trust.verifier().inspect(token).verify();
            return true;
        } catch (InvalidTokenException e) {
            return false;
        }
    }

    private String mutate(String token) {
        int at = random.nextInt(token.length());
        char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        return switch (random.nextInt(8)) {
            case 0 -> token.substring(0, at) + other + token.substring(at + 1);
            case 1 -> token.substring(0, at) + token.substring(at + 1);
            case 2 -> token.substring(0, at) + other + token.substring(at);
            case 3 -> token.substring(0, at);
            case 4 -> token.substring(at) + token.substring(0, at);
            case 5 -> flipBit(token, random.nextInt(3));
            case 6 -> token + token.substring(at);
            default -> swapParts(token);
        };
    }

    /** Changes one bit of a decoded part, so that the form is valid and the content is not. */
    private String flipBit(String token, int part) {
        String[] parts = token.split("\\.");
        byte[] octets = Base64.getUrlDecoder().decode(parts[part]);
        octets[random.nextInt(octets.length)] ^= (byte) (1 << random.nextInt(8));
        parts[part] = Forge.encode(octets);
        return String.join(".", parts);
    }

    /** Claims with more rights, under the old signature. */
    private String swapParts(String token) {
        String[] parts = token.split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        List<String> wishes = Arrays.asList("admin", "root", "\"exp\":9999999999,", "*:*");
        String wish = wishes.get(random.nextInt(wishes.size()));
        parts[1] = Forge.part(claims.replace("turbo:read", wish + random.nextInt(1_000_000)));
        return String.join(".", parts);
    }
}
