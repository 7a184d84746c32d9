package dev.busbar.host.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignerTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

    @Test
    void a_signature_is_the_one_of_the_reference_libraries() {
        // The vector of the test suites of standard-webhooks/standard-webhooks.
        assertThat(Signer.signatures(List.of(SECRET), ID, 1_614_265_330, BODY))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void two_secrets_sign_while_one_is_rotated() {
        String both = Signer.signatures(List.of(Signer.newSecret(), SECRET), ID, 1_614_265_330, BODY);

        assertThat(both.split(" "))
                .hasSize(2)
                .doesNotHaveDuplicates()
                .allMatch(signature -> signature.startsWith("v1,"))
                .contains("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void a_secret_has_32_random_bytes() {
        String secret = Signer.newSecret();

        assertThat(secret).startsWith("whsec_").isNotEqualTo(Signer.newSecret());
        assertThat(Base64.getDecoder().decode(secret.substring(6))).hasSize(32);
    }
}
