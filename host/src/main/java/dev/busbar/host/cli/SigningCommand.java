package dev.busbar.host.cli;

import dev.busbar.host.trust.SigningKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code busbar plugins keygen} and {@code busbar plugins sign}: keys and signatures of plugins, without a host. For one
 * thread.
 */
final class SigningCommand {
    private static final int DONE = 0;
    private static final int REFUSED = 1;
    private static final int USAGE = 2;
    private static final String KEYGEN = "busbar plugins keygen --name=<who> --plugins=<id,…> <name>.key";
    private static final String SIGN = "busbar plugins sign --key=<name>.key <jar> ...";

    private final PrintStream out;

    SigningCommand(PrintStream out) {
        this.out = out;
    }

    /** Its part of the help on all commands. */
    static void help(PrintStream to) {
        to.println("       " + KEYGEN);
        to.println("  Make a key to sign plugins with; nothing is asked of a host");
        to.println("       " + SIGN);
        to.println("  Sign jars; nothing is asked of a host");
    }

    static boolean isOne(List<String> arguments) {
        return arguments.size() > 1
                && arguments.get(0).equals("plugins")
                && Set.of("keygen", "sign").contains(arguments.get(1));
    }

    /**
     * Runs it.
     *
     * @param arguments what stands behind {@code plugins}
     * @return the exit code
     */
    int run(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        List<Path> files = new ArrayList<>();
        for (String argument : arguments.subList(1, arguments.size())) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--")) {
                files.add(Path.of(argument));
            } else if (equals < 0
                    || options.put(argument.substring(0, equals), argument.substring(equals + 1)) != null) {
                return usage();
            }
        }
        try {
            return arguments.get(0).equals("keygen") ? keygen(options, files) : sign(options, files);
        } catch (FileAlreadyExistsException e) {
            out.println(e.getFile() + " is there; nothing is overwritten");
        } catch (NoSuchFileException e) {
            out.println(e.getFile() + " is not there");
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            out.println(e.getMessage());
        }
        return REFUSED;
    }

    private int keygen(Map<String, String> options, List<Path> files) throws IOException, GeneralSecurityException {
        Optional<String> name = Optional.ofNullable(options.get("--name"));
        if (files.size() != 1
                || name.isEmpty()
                || !Set.of("--name", "--plugins").equals(options.keySet())) {
            return usage();
        }
        Path secret = files.get(0);
        SigningKey key = SigningKey.generate(secret, signer(secret), name.get(), options.getOrDefault("--plugins", ""));
        out.println("key " + key.keyId());
        out.println("  " + secret + "  the private key: keep it to yourself");
        out.println("  " + signer(secret) + "  the public key: for the operators of hosts");
        return DONE;
    }

    private int sign(Map<String, String> options, List<Path> files) throws IOException, GeneralSecurityException {
        if (files.isEmpty() || !Set.of("--key").equals(options.keySet())) {
            return usage();
        }
        Path secret = Path.of(options.getOrDefault("--key", ""));
        SigningKey key = SigningKey.read(secret, signer(secret));
        for (Path jar : files) {
            Path signature = jar.resolveSibling(jar.getFileName() + ".sig");
            Files.writeString(signature, key.sign(jar));
            out.println(signature);
        }
        return DONE;
    }

    /** What an operator needs stands beside the private key, as {@code <name>.pem}. */
    private static Path signer(Path secret) {
        String name = secret.getFileName().toString();
        String stem = name.endsWith(".key") ? name.substring(0, name.length() - ".key".length()) : name;
        return secret.resolveSibling(stem + ".pem");
    }

    private int usage() {
        out.println("usage: " + KEYGEN);
        out.println("       " + SIGN);
        return USAGE;
    }
}
