package io.portolan.tenancy.auth.upstream;

import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRefusedException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/** Gives the client the addresses that the guard has just judged. Thread-safe; blocks. */
final class GuardedResolver implements DnsResolver {
  private static final int HTTPS = 443;

  private final OutboundGuard guard;

  GuardedResolver(OutboundGuard guard) {
    this.guard = guard;
  }

  @Override
  public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
    return judged(host, port).stream()
        .map(address -> new InetSocketAddress(address, port))
        .toList();
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    return judged(host, HTTPS).toArray(InetAddress[]::new);
  }

  /** Over TLS, or without it where the operator named the origin so: the URL was judged before. */
  private List<InetAddress> judged(String host, int port) throws UnknownHostException {
    try {
      return guard.addresses("https", host, port);
    } catch (OutboundRefusedException e) {
      try {
        return guard.addresses("http", host, port);
      } catch (OutboundRefusedException _) {
        var refused = new UnknownHostException(e.getMessage()); // the only one that is let through
        refused.initCause(e);
        throw refused;
      }
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
