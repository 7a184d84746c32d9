/**
 * The settings of the host: {@link dev.busbar.host.settings.HostSettings} binds the settings of all features to their
 * records, and checks those that depend on each other. A feature declares the record of its settings in its own
 * package; a section that no feature owns has its record here.
 */
@NullMarked
package dev.busbar.host.settings;

import org.jspecify.annotations.NullMarked;
