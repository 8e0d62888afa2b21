/**
 * Node, npm packages and PyPI packages that the tests run, each at one exact version (see {@code
 * src/test/toolchain}), fetched once with the ordinary clients and kept in the user's cache folder.
 * What cannot be had skips the tests that need it, visibly. Start at {@link
 * io.portolan.e2e.toolchain.Toolchain}.
 */
@NullMarked
package io.portolan.e2e.toolchain;

import org.jspecify.annotations.NullMarked;
