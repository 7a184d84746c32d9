/**
 * A catalogue of invalid plugins, one folder per case under {@code src/test/plugins}, with the expected reaction of the host. A folder contains Java sources, {@code expected.properties}, and where needed {@code manifest.txt}, {@code
 * build.properties}, and the folders {@code resources} (entries as they are), {@code stubs} (sources that are compiled against but not packaged) and {@code with} (other jars, each a folder of the same form). Entry type:
 * {@link dev.busbar.host.catalogue.BadPlugin}.
 */
@NullMarked
package dev.busbar.host.catalogue;

import org.jspecify.annotations.NullMarked;
