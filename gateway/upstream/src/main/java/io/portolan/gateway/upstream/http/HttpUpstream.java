package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import io.portolan.gateway.upstream.UpstreamLimits;
import io.portolan.gateway.upstream.calls.DeadlineSweeper;
import io.portolan.registry.ServerDefinition;
import io.portolan.registry.ServerDefinition.HttpTransport;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.Principal;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A server behind an HTTP URL: Streamable HTTP in either era, or, where nothing else is spoken and
 * the operator left it open, HTTP+SSE.
 */
public final class HttpUpstream implements Upstream {
  private final ServerDefinition.Http definition;
  private final HttpClient client;
  private final LegacySessions sessions;
  private final SseSessions sseSessions;
  private final ModernHttpLink modern;
  private volatile @Nullable ServerProfile profile;
  private volatile boolean speaksSse;

  /** Connects to nothing yet. */
  public HttpUpstream(
      ServerDefinition.Http definition,
      UpstreamLimits limits,
      DeadlineSweeper sweeper,
      Supplier<SSLContext> tls,
      Reach reach) {
    this.definition = definition;
    var target = HttpTarget.of(definition.url());
    var template = HeadTemplate.of(target, definition.headers());
    var answers = new AnswerReader(limits);
    var connector = new Connector(target, addresses(reach), limits.connectTimeout(), tls);
    this.client = new HttpClient(connector, limits, sweeper);
    var proven = new ProvenClient(client, reach.credentials());
    this.sessions = new LegacySessions(proven, template, answers);
    this.sseSessions = new SseSessions(proven, template, answers);
    this.modern = new ModernHttpLink(proven, template, answers, () -> hello(Era.MODERN));
    this.speaksSse = definition.transport() == HttpTransport.SSE;
  }

  /**
   * Where a server may be, and what it is shown there.
   *
   * @param guard judges the addresses of servers that the operator did not name
   */
  public record Reach(OutboundGuard guard, UpstreamCredentials credentials) {}

  private Connector.Addresses addresses(Reach reach) {
    return switch (definition.namedBy()) {
      case OPERATOR -> Connector.Addresses.ANY;
      case TENANT -> Connector.Addresses.guarded(reach.guard());
    };
  }

  @Override
  public ServerDefinition.Http definition() {
    return definition;
  }

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    var found =
        definition.transport() == HttpTransport.SSE
            ? new ServerProfile(null, overSse(deadline))
            : overStreamable(deadline);
    profile = found;
    return found;
  }

  private ServerProfile overStreamable(Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    var discovered = ModernProbe.discover(modern, deadline);
    try {
      var link = sessions.initialize(SessionOpening.GATEWAY, Principal.GATEWAY, deadline);
      link.close();
      speaksSse = false;
      return new ServerProfile(discovered, link.hello().object());
    } catch (UpstreamUnavailable e) {
      if (discovered != null) {
        speaksSse = false;
        return new ServerProfile(discovered, null);
      }
      if (definition.transport() == HttpTransport.DETECT && saysNoPost(e.failure())) {
        var initialized = overSse(deadline);
        speaksSse = true;
        return new ServerProfile(null, initialized);
      }
      throw e;
    }
  }

  /** What a server of 2024-11-05 does with a POST to the URL of its stream. */
  private static boolean saysNoPost(UpstreamFailure failure) {
    return failure instanceof UpstreamFailure.Refused(var status, var _)
        && status >= 400
        && status < 500
        && status != 401
        && status != 403
        && status != 429;
  }

  private Slice overSse(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    try (var link = sseSessions.open(SessionOpening.GATEWAY, Principal.GATEWAY, deadline)) {
      return link.hello().object();
    }
  }

  private JsonView hello(Era era) {
    var known = profile;
    if (known == null) {
      throw new IllegalStateException("server '" + definition.name() + "' was not probed");
    }
    return known.hello(era);
  }

  @Override
  public UpstreamLink modern() {
    return modern;
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    return openSession(opening, Principal.GATEWAY, deadline);
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Principal principal, Deadline deadline)
      throws UpstreamUnavailable, InterruptedException {
    return speaksSse
        ? sseSessions.open(opening, principal, deadline)
        : sessions.open(opening, principal, deadline);
  }

  /** How many connections are open. */
  int connections() {
    return client.connections();
  }

  @Override
  public void close() {
    sessions.close();
    sseSessions.close();
    client.close();
  }
}
