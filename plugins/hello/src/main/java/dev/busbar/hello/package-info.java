/** The smallest plugin: one {@link dev.busbar.hello.HelloPlatform} with two routes. Copy it to begin one of your own. */
@NullMarked
package dev.busbar.hello;

import org.jspecify.annotations.NullMarked;
