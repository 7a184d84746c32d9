package dev.busbar.host.settings;

import dev.busbar.host.authentication.AuthenticationSettings;
import dev.busbar.host.config.Configuration;
import dev.busbar.host.grants.PlatformGrants;
import dev.busbar.host.http.HttpSettings;
import dev.busbar.host.issuers.IssuerCheck;
import dev.busbar.host.issuers.IssuerSettings;
import dev.busbar.host.tokens.TokenSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Binds the sections {@code tokens}, {@code issuers}, {@code authentication} and {@code platforms}. Issuers are named
 * by the operator. Stateless.
 */
final class IdentityRules {
    record Platforms(List<String> grants) {
        Platforms {
            PlatformGrants unused = PlatformGrants.of(grants);
        }
    }

    private IdentityRules() {}

    static HostSettings.Identity bind(Configuration configuration, NetworkSettings network) {
        HttpSettings.Listener listener = network.http().listener();
        TokenSettings tokens = configuration.bind("tokens", TokenSettings.of(listener.url(listener.port())));
        Map<String, IssuerSettings> issuers = issuers(configuration, tokens.issuer());
        AuthenticationSettings authentication = configuration.bind("authentication", AuthenticationSettings.DEFAULTS);
        Platforms platforms = configuration.bind("platforms", new Platforms(List.of()));
        return new HostSettings.Identity(tokens, issuers, authentication, PlatformGrants.of(platforms.grants()));
    }

    @SuppressWarnings("ReferenceEquality") // what binding returns when something is wrong
    private static Map<String, IssuerSettings> issuers(Configuration configuration, String own) {
        Map<String, IssuerSettings> issuers = new LinkedHashMap<>();
        for (String name : configuration.sections("issuers")) {
            IssuerSettings bound = configuration.bind("issuers." + name, IssuerSettings.DEFAULTS);
            if (bound != IssuerSettings.DEFAULTS) { // else the error is recorded, and further ones would be misleading
                issuers.put(name, bound);
            }
        }
        boolean development = configuration.environment().equals("development");
        IssuerCheck.check(issuers, own, development, configuration::refuse);
        return issuers;
    }
}
