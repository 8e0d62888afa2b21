/**
 * The fixture server: every tool, resource and prompt that the official conformance suite and our
 * own tests look for, in both eras. It must not know anything of the gateway. Start reading at
 * {@link io.portolan.mcp.everything.Everything}.
 */
@NullMarked
package io.portolan.mcp.everything;

import org.jspecify.annotations.NullMarked;
