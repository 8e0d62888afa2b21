/**
 * Black-box tests of the built distribution: it is started as a person starts it, with real servers
 * behind it and real clients before it. Nothing of ours is on the class path. Start reading at
 * {@link io.portolan.e2e.process.GatewayProcess}.
 */
@NullMarked
package io.portolan.e2e;

import org.jspecify.annotations.NullMarked;
