package dev.busbar.drill;

import dev.busbar.rig.Report;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Hostile clients, each with one connection from an address of loopback that no honest caller has: it sends a head, then
 * a body at once or a few bytes every now and then, reads the response, and begins again. Their threads run until it is
 * closed.
 */
final class Attack implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LIMIT_MILLIS = 30_000;

    private final int port;
    private final Means means;
    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * What each client does.
     *
     * @param clients the number of clients
     * @param address the address that they come from
     * @param head creates the header section, or its beginning
     * @param body the body, sent at once
     * @param trickleMillis the pause between two further bytes; 0 for none
     * @param pauseMillis the pause before it begins again, so that the machine is not saturated by connecting
     */
    record Means(int clients, String address, Supplier<String> head, byte[] body, int trickleMillis, int pauseMillis) {}

    Attack(int port, Means means) {
        this.port = port;
        this.means = means;
        for (int i = 0; i < means.clients(); i++) {
            Thread client = new Thread(null, this::run, "attack-" + i, 128 * 1024);
            client.setDaemon(true);
            client.start();
        }
    }

    private void run() {
        while (!closed) {
            String outcome;
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByName(means.address()), 0));
                socket.setSoTimeout(means.trickleMillis() > 0 ? means.trickleMillis() : LIMIT_MILLIS);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
                outcome = attack(socket);
            } catch (IOException e) {
                outcome = e.getClass().getSimpleName();
            }
            outcomes.computeIfAbsent(outcome, first -> new AtomicInteger()).incrementAndGet();
            pause(means.pauseMillis());
        }
    }

    private String attack(Socket socket) throws IOException {
        socket.getOutputStream().write(means.head().get().getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(means.body());
        byte[] buffer = new byte[BUFFER_BYTES];
        InputStream in = socket.getInputStream();
        String first = "";
        while (!closed) {
            try {
                int count = in.read(buffer);
                if (count < 0) {
                    break;
                }
                first = first.isEmpty() ? status(new String(buffer, 0, count, StandardCharsets.ISO_8859_1)) : first;
            } catch (SocketTimeoutException silent) {
                if (means.trickleMillis() == 0) {
                    return "timeout";
                }
                socket.getOutputStream().write('x');
            }
        }
        return first.isEmpty() ? "closed" : first;
    }

    private static String status(String head) {
        String[] words = head.split(" ", 3);
        return words.length > 1 ? words[1] : head;
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Report.progress("interrupted");
        }
    }

    /** How the attempts ended, by their number. */
    Map<String, Integer> outcomes() {
        Map<String, Integer> counted = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counted.put(outcome, count.get()));
        return counted;
    }

    @Override
    public void close() {
        closed = true;
    }
}
