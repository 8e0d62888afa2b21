/**
 * An MCP server over HTTP whose every byte a test chooses, in either era or both. It keeps what it
 * received as it came, checks the headers of the modern era, and can be restarted, hung and cut
 * off. Start at {@link io.portolan.e2e.upstream.RawUpstream}.
 */
@NullMarked
package io.portolan.e2e.upstream;

import org.jspecify.annotations.NullMarked;
