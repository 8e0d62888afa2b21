package io.portolan.standalone.registry;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/** Why a server that somebody wants to register cannot be used, and what to do. Stateless. */
final class Refusals {
  /** How long an MCP server is looked at. */
  static final Duration LOOK_MAX = Duration.ofSeconds(7);

  private Refusals() {}

  /** Of an OpenAPI document: what is wrong with it is said in the failure. */
  static String ofDocument(UpstreamFailure failure, URI url) {
    return switch (failure) {
      case UpstreamFailure.BadAnswer(var detail) -> sentence(detail);
      case UpstreamFailure.Refused(var status, var _) when status != 401 && status != 403 ->
          url.getHost()
              + " answered with status "
              + status
              + "; expected the URL of an OpenAPI document, in JSON or YAML";
      default -> of(failure, url);
    };
  }

  private static String sentence(String text) {
    var plain = text.replaceAll("[^ -~]", "?");
    return plain.substring(0, 1).toUpperCase(Locale.ROOT) + plain.substring(1);
  }

  /** In words for who named the server, without what the server said. */
  static String of(UpstreamFailure failure, URI url) {
    var host = url.getHost();
    return switch (failure) {
      case UpstreamFailure.Unreachable _ ->
          "No connection to "
              + host
              + "; expected a server that listens there, with a certificate"
              + " for its name where the URL is https";
      case UpstreamFailure.TimedOut _ ->
          host
              + " did not answer in time; expected an answer within "
              + LOOK_MAX.toSeconds()
              + " s";
      case UpstreamFailure.Refused(var status, var _) -> refused(status, host);
      case UpstreamFailure.BadAnswer(var detail) when detail.contains("limit") ->
          "The server offers more than can be taken in: " + detail.replaceAll("[^ -~]", "?");
      case UpstreamFailure.NoCredential _ ->
          "No access token for " + host + " can be had; check authorization";
      case UpstreamFailure.GrantNeeded _ ->
          "Users allow the use of "
              + host
              + " one by one; expected a grant that lists tools, such"
              + " as client_credentials";
      case UpstreamFailure.BadAnswer _,
          UpstreamFailure.BrokenOff _,
          UpstreamFailure.SessionLost _ ->
          host
              + " does not speak MCP at that path; expected the URL of a Streamable HTTP or SSE"
              + " endpoint of a protocol version up to 2026-07-28";
      case UpstreamFailure.NoMemory _,
          UpstreamFailure.Saturated _,
          UpstreamFailure.Throttled _,
          UpstreamFailure.Suspended _,
          UpstreamFailure.Barred _,
          UpstreamFailure.Cancelled _ ->
          host + " cannot be looked at now; try again later";
    };
  }

  private static String refused(int status, String host) {
    var answered = host + " answered with status " + status + "; ";
    if (status >= 300 && status < 400) {
      return answered + "redirects are not followed: register the URL that it leads to";
    }
    return switch (status) {
      case 401, 403 ->
          answered
              + "give it credentials: headers such as Authorization: Bearer ${secret:NAME}, or"
              + " authorization";
      case 404, 405 -> answered + "expected the path of its MCP endpoint, often /mcp or /sse";
      default -> answered + "expected the URL of an MCP endpoint";
    };
  }
}
