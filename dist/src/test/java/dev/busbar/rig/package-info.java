/**
 * What measurements and drills share: the installed host in a process of its own, plugin jars without a compiler, load,
 * options and reports. No figures are taken here, and nothing here runs with the tests.
 */
@NullMarked
package dev.busbar.rig;

import org.jspecify.annotations.NullMarked;
