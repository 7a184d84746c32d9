package dev.busbar.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.busbar.rig.AdminApi;
import dev.busbar.rig.ServerProcess;
import dev.busbar.rig.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Tokens that a host has issued, and forgeries of them. */
final class TokenPool {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GRANT = "grant_type=client_credentials&expires_in=3600";
    private static final int SIGNATURE_BYTES = 256;

    private TokenPool() {}

    /** Requests a number of tokens for the admin key. */
    static List<String> issue(ServerProcess host, int count) throws IOException {
        String fields = "X-API-Key: " + host.key() + "\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        List<byte[]> form = List.of(GRANT.getBytes(StandardCharsets.US_ASCII));
        Wire.Call call = new Wire.Call("POST", "/auth/token", fields, form, 0);
        List<String> tokens = new ArrayList<>();
        try (Wire wire = new Wire(host.port())) {
            for (int i = 0; i < count; i++) {
                Wire.Answer answer = AdminApi.good(wire.send(call));
                tokens.add(JSON.readTree(answer.body()).get("access_token").asText());
            }
        }
        return tokens;
    }

    /**
     * A number of tokens that are valid except for their signatures, each with a different one: of correct length and below the modulus, so that only the cryptography can reject them.
     */
    static List<String> forge(String token, int count) {
        Random random = new Random(count);
        String signed = token.substring(0, token.lastIndexOf('.') + 1);
        byte[] signature = new byte[SIGNATURE_BYTES];
        List<String> forged = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            random.nextBytes(signature);
            signature[0] &= 0x7f;
            forged.add(signed + Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
        }
        return forged;
    }
}
