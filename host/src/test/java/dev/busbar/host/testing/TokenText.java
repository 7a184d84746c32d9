package dev.busbar.host.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;

/** Reads the text of tokens, unverified. Stateless. */
public final class TokenText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private TokenText() {}

    /** A claim of a token as text. */
    public static String claim(String token, String name) throws IOException {
        return MAPPER.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]))
                .get(name)
                .asText();
    }
}
