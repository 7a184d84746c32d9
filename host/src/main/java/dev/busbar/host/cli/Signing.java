package dev.busbar.host.cli;

import dev.busbar.host.trust.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code busbar plugins keygen} and {@code busbar plugins sign}: keys and signatures of plugins, without a host. */
final class Signing {
    private Signing() {}

    /** {@code busbar plugins keygen}. For one thread. */
    @CommandLine.Command(
            name = "keygen",
            description = "Make a key to sign plugins with. Needs no host; overwrites nothing.")
    static final class Keygen implements Callable<Integer> {
        private final Console console;

        @CommandLine.Option(
                names = "--name",
                paramLabel = "NAME",
                required = true,
                description = "Who signs, for people.")
        private String name = "";

        @CommandLine.Option(
                names = "--plugins",
                paramLabel = "ID,...",
                required = true,
                description = "The plugins that the key may sign, such as billing,acme-*.")
        private String plugins = "";

        @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @CommandLine.Parameters(
                paramLabel = "FILE.key",
                description = "The new file of the private key; the public key goes to FILE.pem beside it.")
        private Path file = Path.of("");

        Keygen(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException, FailedException {
            Path secret = console.directory().resolve(file);
            SigningKey key = signing(() -> SigningKey.generate(secret, publicKey(secret), name, plugins));
            if (json) {
                Map<String, Object> made = new LinkedHashMap<>();
                made.put("keyId", key.keyId());
                made.put("privateKey", secret.toString());
                made.put("publicKey", publicKey(secret).toString());
                console.print(Tree.of(made).json());
            } else {
                console.print("key " + key.keyId());
                console.print("  " + secret + "  the private key: keep it to yourself");
                console.print("  " + publicKey(secret) + "  the public key: for the operators of hosts");
            }
            return Cli.DONE;
        }
    }

    /** {@code busbar plugins sign}. For one thread. */
    @CommandLine.Command(name = "sign", description = "Sign jars. Needs no host.")
    static final class Sign implements Callable<Integer> {
        private final Console console;

        @CommandLine.Option(
                names = "--key",
                paramLabel = "FILE.key",
                required = true,
                description = "The private key, as made by keygen or OpenSSL.")
        private Path key = Path.of("");

        @CommandLine.Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @CommandLine.Parameters(
                paramLabel = "JAR",
                arity = "1..*",
                description = "The jars; each signature goes to JAR.sig beside it.")
        private List<Path> jars = List.of();

        Sign(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException, FailedException {
            Path secret = console.directory().resolve(key);
            SigningKey signer = signing(() -> SigningKey.read(secret, publicKey(secret)));
            List<String> signatures = new ArrayList<>();
            for (Path jar : jars) {
                Path signature = console.directory().resolve(jar.resolveSibling(jar.getFileName() + ".sig"));
                Files.writeString(
                        signature, signing(() -> signer.sign(console.directory().resolve(jar))));
                signatures.add(signature.toString());
            }
            if (json) {
                console.print(Tree.of(Map.of("signatures", signatures)).json());
            } else {
                signatures.forEach(console::print);
            }
            return Cli.DONE;
        }
    }

    private interface Work<T> {
        T run() throws IOException, GeneralSecurityException;
    }

    /** Runs work on a key or a jar that may be invalid; the message of the exception has the expectation. */
    private static <T> T signing(Work<T> work) throws IOException, FailedException {
        try {
            return work.run();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new FailedException(Plain.text(String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * The file of the public key, for the directory of trusted signers: beside the private key, as {@code <name>.pem}.
     */
    private static Path publicKey(Path secret) {
        String name = secret.getFileName().toString();
        String stem = name.endsWith(".key") ? name.substring(0, name.length() - ".key".length()) : name;
        return secret.resolveSibling(stem + ".pem");
    }
}
