package io.portolan.gateway.upstream.openapi;

import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamCredentials;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.core.upstream.UpstreamUnavailable;
import io.portolan.gateway.openapi.call.Credentials;
import io.portolan.gateway.upstream.http.WebClient;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.outbound.OutboundGuard;
import java.util.List;
import java.util.concurrent.Semaphore;

/*
 * To the rest of the gateway an API is a modern server with nothing but tools: what legacy clients
 * need, the bridge has already. Its list is read again as every server's is that does not tell of
 * changes, and then the document is asked for, with If-None-Match where it had an ETag.
 */

/** An HTTP API whose operations are tools, by its OpenAPI document. */
public final class OpenApiUpstream implements Upstream {
  private final ServerDefinition.OpenApi definition;
  private final Origins origins;
  private final ApiDescription description;
  private final OpenApiLink link;

  /**
   * Connects to nothing yet.
   *
   * @param guard judges where the document, its servers and redirects lead
   * @param conversions how many documents are converted at a time, by all
   */
  public OpenApiUpstream(
      ServerDefinition.OpenApi definition,
      OutboundGuard guard,
      UpstreamCredentials credentials,
      WebClient.Shared shared,
      Semaphore conversions) {
    this.definition = definition;
    this.origins = new Origins(definition, guard, credentials, shared);
    this.description = new ApiDescription(definition, origins, conversions);
    var calls = new ApiCalls(origins, new Credentials(definition.terms().credentials()));
    this.link = new OpenApiLink(definition.name(), description, calls);
  }

  @Override
  public ServerDefinition definition() {
    return definition;
  }

  @Override
  public ServerProfile probe(Deadline deadline) throws UpstreamUnavailable, InterruptedException {
    return new ServerProfile(description.read(deadline).discovered(), null);
  }

  @Override
  public List<String> notes() {
    var offer = description.offer();
    return offer == null ? List.of() : offer.notes();
  }

  @Override
  public UpstreamLink modern() {
    return link;
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline)
      throws UpstreamUnavailable {
    throw new UpstreamUnavailable(
        new UpstreamFailure.BadAnswer("an API has no sessions of the legacy era"));
  }

  @Override
  public void close() {
    origins.close();
  }
}
