/**
 * What servers are shown: joins server definitions and the tokens of {@code tenancy.auth.upstream}
 * with the links that need them. Start at {@link
 * io.portolan.standalone.upstream.ServerCredentials}.
 */
@NullMarked
package io.portolan.standalone.upstream;

import org.jspecify.annotations.NullMarked;
