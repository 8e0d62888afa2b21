/**
 * Finding tools among many: what is asked and answered, and the two tools that offer it. How tools
 * are ranked is somebody else's. Start at {@link io.portolan.gateway.core.search.ToolSearch}.
 */
@NullMarked
package io.portolan.gateway.core.search;

import org.jspecify.annotations.NullMarked;
