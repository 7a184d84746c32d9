/**
 * The harness to test a platform without a host: {@link dev.busbar.plugin.testing.PlatformHarness} starts it, calls its
 * routes as functions and closes it. For test code only; the host does not export this package to plugins. It binds JSON
 * as the host does, so a test that uses it needs Jackson (databind, and the modules for JDK 8 types and for dates) on its
 * class path.
 */
@NullMarked
package dev.busbar.plugin.testing;

import org.jspecify.annotations.NullMarked;
