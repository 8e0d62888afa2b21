/** An issuer of access tokens, so that callers can be measured that sign in. */
@NullMarked
package io.portolan.bench.identity;

import org.jspecify.annotations.NullMarked;
