/**
 * A catalogue of bad plugins, one folder a case under {@code src/test/plugins}, and what the host makes of each. A folder
 * holds Java sources, {@code expected.properties}, and where they are needed {@code manifest.txt}, {@code
 * build.properties}, and the folders {@code resources} (entries as they are), {@code stubs} (sources that are compiled
 * against and left out) and {@code with} (further jars, each a folder of the same form). Entry type:
 * {@link dev.busbar.host.catalogue.BadPlugin}.
 */
@NullMarked
package dev.busbar.host.catalogue;

import org.jspecify.annotations.NullMarked;
