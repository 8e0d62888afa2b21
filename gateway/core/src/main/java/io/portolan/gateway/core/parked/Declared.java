package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MetaKeys;
import io.portolan.gateway.protocol.Methods;
import io.portolan.gateway.protocol.ProtocolVersion;
import io.portolan.gateway.protocol.Slice;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the client of a request can be asked, by its {@code clientCapabilities}. Immutable.
 *
 * @param capabilities the object as the client wrote it, in bytes of its own
 */
public record Declared(Slice capabilities) {
  /** What a client that takes no requests declares. */
  public static final Declared NOTHING = new Declared(Slice.utf8("{}"));

  /** Larger objects cannot be passed on to a server. */
  public static final int BYTES_MAX = 16 << 10;

  private static final Set<String> ASKABLE =
      Set.of(Methods.TOOLS_CALL, Methods.PROMPTS_GET, Methods.RESOURCES_READ);

  private static final Slice ROOTS = Slice.utf8("{\"roots\":{}}");
  private static final Slice SAMPLING = Slice.utf8("{\"sampling\":{}}");
  private static final Slice SAMPLING_TOOLS = Slice.utf8("{\"sampling\":{\"tools\":{}}}");
  private static final Slice FORM = Slice.utf8("{\"elicitation\":{\"form\":{}}}");

  /** What a server needs that sends its client to a URL. */
  public static final Slice URL = Slice.utf8("{\"elicitation\":{\"url\":{}}}");

  /** Reads a request; only three methods may be answered by questions. */
  public static Declared of(Message.Request request) {
    var params = ASKABLE.contains(request.method()) ? request.params() : null;
    var meta = params == null ? null : params.view(MetaKeys.META);
    var written = meta == null ? null : meta.get(MetaKeys.CLIENT_CAPABILITIES);
    return written == null || !written.isObject() || written.length() == 2
        ? NOTHING
        : new Declared(Slice.of(written.toBytes()));
  }

  /** Whether a server may ask anything at all. */
  public boolean takesRequests() {
    return opening().takesRequests();
  }

  /** How a session is opened in which a server may ask this. */
  public SessionOpening opening() {
    return new SessionOpening(
        ProtocolVersion.LATEST_LEGACY, capabilities, SessionOpening.GATEWAY.clientInfo());
  }

  /** The capability that the client lacks to be asked this; null when it can be asked. */
  public @Nullable Slice missing(Message.Request question) {
    var declared = JsonView.of(capabilities);
    var params = question.params();
    return switch (question.method()) {
      case Methods.ROOTS_LIST -> declared.get("roots") == null ? ROOTS : null;
      case Methods.SAMPLING_CREATE_MESSAGE -> {
        var sampling = declared.view("sampling");
        var usesTools = params != null && params.get("tools") != null;
        yield sampling == null
            ? SAMPLING
            : usesTools && sampling.get("tools") == null ? SAMPLING_TOOLS : null;
      }
      case Methods.ELICITATION_CREATE ->
          params != null && "url".equals(params.string("mode"))
              ? takesUrls() ? null : URL
              : takesForms(declared.view("elicitation")) ? null : FORM;
      default -> throw new IllegalArgumentException("no question: " + question.method());
    };
  }

  /** Whether the client takes questions with this method, of one kind or another. */
  boolean takes(String method) {
    return JsonView.of(capabilities).get(method.substring(0, method.indexOf('/'))) != null;
  }

  /** Whether the client's user can be sent to a URL. */
  public boolean takesUrls() {
    var elicitation = JsonView.of(capabilities).view("elicitation");
    return elicitation != null && elicitation.get("url") != null;
  }

  /** An object that names no mode means forms. */
  private static boolean takesForms(@Nullable JsonView elicitation) {
    return elicitation != null && (elicitation.size() == 0 || elicitation.get("form") != null);
  }
}
