/**
 * The configuration of a platform: the text that an operator has given, bound to a type of the plugin, with references
 * resolved and secrets hidden. Shared by the host and the testkit. Entry type: {@link
 * dev.busbar.core.configuration.ConfigurationText}.
 */
@NullMarked
package dev.busbar.core.configuration;

import org.jspecify.annotations.NullMarked;
