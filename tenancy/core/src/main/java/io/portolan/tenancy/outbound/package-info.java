/**
 * Where the gateway may go when somebody other than its operator named the address: the guard
 * against requests that are forged on the gateway's side of a firewall (SSRF). Judges addresses by
 * their bytes, after names were resolved and before anybody connects; knows no HTTP. Start at
 * {@link io.portolan.tenancy.outbound.OutboundGuard}.
 */
@NullMarked
package io.portolan.tenancy.outbound;

import org.jspecify.annotations.NullMarked;
