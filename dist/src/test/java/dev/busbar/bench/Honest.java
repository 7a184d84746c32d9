package dev.busbar.bench;

import dev.busbar.rig.LoadPlan;
import dev.busbar.rig.Phase;
import dev.busbar.rig.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests of legitimate clients, alternating the key and a token, over keep-alive connections. Thread-safe. */
record Honest(String key, List<String> tokens) {
    /** The request with a number, which the response must repeat. */
    LoadPlan.Planned request(String path, long number) {
        String token = tokens.get((int) (number / 2 % tokens.size()));
        String field = number % 2 == 0 ? "X-API-Key: " + key : "Authorization: Bearer " + token;
        Wire.Call call = new Wire.Call("GET", path + number, "Accept: */*\r\n" + field + "\r\n", List.of(), 0);
        byte[] expected = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        return new LoadPlan.Planned(call, expected, Phase.FAST, false, false);
    }
}
