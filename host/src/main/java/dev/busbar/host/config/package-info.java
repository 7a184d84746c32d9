/**
 * Binds layered configuration to the records that features declare. Entry type is
 * {@link dev.busbar.host.config.Configuration}. Everything here is generic: no key of a feature is named, because a
 * feature's record, its defaults and its checks belong to the feature, and {@code Host} brings the two together. Nothing
 * here logs, prints or ends the process; all errors leave together as one
 * {@link dev.busbar.host.config.ConfigurationException}.
 */
@NullMarked
package dev.busbar.host.config;

import org.jspecify.annotations.NullMarked;
