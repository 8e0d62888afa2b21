package io.portolan.gateway.upstream;

import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFactory;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.gateway.upstream.http.HttpUpstream;
import io.portolan.gateway.upstream.http.WebClient;
import io.portolan.gateway.upstream.openapi.OpenApiUpstream;
import io.portolan.gateway.upstream.stdio.ChildReaper;
import io.portolan.gateway.upstream.stdio.StdioUpstream;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Makes the transport for each definition. What the transports share, the thread that watches
 * deadlines and the process that watches child processes, lives here. Thread-safe.
 */
public final class Upstreams implements UpstreamFactory, AutoCloseable {
  /** Large documents take much memory while they are converted. */
  private static final int CONVERSIONS_MAX = 2;

  private final UpstreamLimits limits;
  private final Function<ServerDefinition.Http, UpstreamCredentials> credentials;
  private final OutboundGuard guard;
  private final Supplier<SSLContext> tls;
  private final DeadlineSweeper sweeper = new DeadlineSweeper();
  private final ChildReaper reaper = new ChildReaper();
  private final Semaphore conversions = new Semaphore(CONVERSIONS_MAX);

  /** With the trust store of the JVM. */
  public Upstreams(UpstreamLimits limits) {
    this(limits, OutboundGuard.DEFAULT, _ -> UpstreamCredentials.NONE);
  }

  /**
   * With the trust store of the JVM.
   *
   * @param guard judges the addresses of servers that the operator did not name
   * @param credentials what servers are shown
   */
  public Upstreams(
      UpstreamLimits limits,
      OutboundGuard guard,
      Function<ServerDefinition.Http, UpstreamCredentials> credentials) {
    this(limits, guard, Upstreams::defaultTls, credentials);
  }

  /** With a trust store of one's own. */
  public Upstreams(UpstreamLimits limits, SSLContext tls) {
    this(limits, OutboundGuard.DEFAULT, () -> tls, _ -> UpstreamCredentials.NONE);
  }

  private Upstreams(
      UpstreamLimits limits,
      OutboundGuard guard,
      Supplier<SSLContext> tls,
      Function<ServerDefinition.Http, UpstreamCredentials> credentials) {
    this.limits = limits;
    this.guard = guard;
    this.tls = tls;
    this.credentials = credentials;
  }

  /** Not before it is needed: it reads some hundred certificates. */
  private static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JVM has no TLS", e);
    }
  }

  @Override
  public Upstream create(ServerDefinition definition) {
    return switch (definition) {
      case ServerDefinition.Http http ->
          new HttpUpstream(
              http, limits, sweeper, tls, new HttpUpstream.Reach(guard, credentials.apply(http)));
      case ServerDefinition.OpenApi api ->
          new OpenApiUpstream(
              api,
              guard,
              credentials.apply(api.at()),
              new WebClient.Shared(limits, sweeper, tls),
              conversions);
      case ServerDefinition.Stdio stdio -> new StdioUpstream(stdio, limits, reaper, sweeper);
      case ServerDefinition.Unusable unusable -> new UnusableUpstream(unusable);
    };
  }

  /** Ends what the upstreams share; they must have been closed before. Idempotent. */
  @Override
  public void close() {
    sweeper.close();
    reaper.close();
  }
}
