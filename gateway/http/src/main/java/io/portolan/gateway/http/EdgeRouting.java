package io.portolan.gateway.http;

import io.helidon.common.uri.UriEncoding;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.Routing;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpSecurity;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.portolan.gateway.core.edge.Inbound;
import io.portolan.gateway.http.connection.EdgeConnection;
import java.util.List;

/**
 * Sends each request to its endpoint by its path. It takes the place of Helidon's own routing,
 * whose filters, patterns and error handlers cost as much as all of the relay.
 */
final class EdgeRouting implements HttpRouting, Router {
  private static final String MCP = "/mcp";
  private static final String SINGLE = "/mcp/s/";
  private static final Inbound.Route FEDERATED = new Inbound.Route.Federated();

  private final HttpSecurity security = HttpSecurity.create();
  private final McpEndpoint mcp;
  private final PageEndpoints pages;
  private final OperatorEndpoints operator;

  EdgeRouting(McpEndpoint mcp, PageEndpoints pages, OperatorEndpoints operator) {
    this.mcp = mcp;
    this.pages = pages;
    this.operator = operator;
  }

  @Override
  public void route(ConnectionContext context, RoutingRequest request, RoutingResponse response) {
    var connection = (EdgeConnection) context;
    connection.headRead();
    var exchange = Exchange.of(connection, request);
    var path = request.prologue().uriPath();
    if (path.rawPath().equals(MCP)) {
      mcp.handle(exchange, FEDERATED);
    } else if (isSingle(path.rawPath())) {
      // Decoded after it was split off, so that a name may hold an encoded slash; and not taken
      // from the decoded path, which has its dots resolved.
      var server = decode(path.rawPath().substring(SINGLE.length()));
      mcp.handle(exchange, new Inbound.Route.Single(server));
    } else if (OperatorEndpoints.isHere(path.rawPath())) {
      operator.handle(exchange);
    } else {
      pages.handle(exchange);
    }
  }

  /** Decodes one segment; a plus sign in a path is a plus sign. */
  private static String decode(String segment) {
    return UriEncoding.decodeUri(segment.replace("+", "%2B"));
  }

  private static boolean isSingle(String rawPath) {
    return rawPath.startsWith(SINGLE)
        && rawPath.length() > SINGLE.length()
        && rawPath.indexOf('/', SINGLE.length()) < 0;
  }

  @Override
  public HttpSecurity security() {
    return security;
  }

  // The router that Helidon's HTTP/1.1 asks for its routing.

  @Override
  public <T extends Routing> T routing(Class<T> type, T otherwise) {
    return type.isInstance(this) ? type.cast(this) : otherwise;
  }

  @Override
  public List<? extends Routing> routings() {
    return List.of(this);
  }

  @Override
  public void beforeStart() {}

  @Override
  public void afterStart(WebServer webServer) {}

  @Override
  public void afterStop() {}
}
