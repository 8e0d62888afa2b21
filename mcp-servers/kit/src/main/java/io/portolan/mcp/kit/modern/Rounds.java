package io.portolan.mcp.kit.modern;

import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.MissingCapabilityException;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests that may take several rounds: a handler's open questions become an {@code
 * input_required} result, and the client's retry runs the handler again with the answers.
 */
final class Rounds {
  /** The work of one round; gives a result object. */
  @FunctionalInterface
  interface Work {
    ObjectNode run(RoundCall call) throws Exception;
  }

  // Members in one order, so that a client may write its retry in another one.
  private static final ObjectWriter CANONICAL =
      Json.MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

  private final StateSeal seal;
  private final Answers answers;

  Rounds(StateSeal seal, Answers answers) {
    this.seal = seal;
    this.answers = answers;
  }

  /** Runs one round. {@code name} and the arguments are what a retry must repeat. */
  ObjectNode run(
      Message.Request request, RequestMeta meta, Consumer<String> notifications, Work work)
      throws Exception {
    var digest = digest(request);
    var state = request.params().path("requestState");
    var known = state.isMissingNode() ? Json.object() : seal.open(digest, state);
    var call =
        new RoundCall(
            meta, new Notices(meta, notifications), answers, freshAnswers(request), known);
    try {
      return work.run(call);
    } catch (InputRequired required) {
      var result = Json.object().put("resultType", "input_required");
      result.set("inputRequests", inputRequests(required.questions()));
      return result.put("requestState", seal.seal(digest, call.answered()));
    } catch (MissingCapabilityException missing) {
      var required = Json.object();
      required.putObject(missing.capability());
      throw ProtocolFailure.missingCapability(required);
    }
  }

  /** The questions as the client gets them. */
  static ObjectNode inputRequests(Map<String, Ask> questions) {
    var requests = Json.object();
    questions.forEach(
        (key, question) ->
            requests
                .putObject(key)
                .put("method", question.method())
                .set("params", question.params()));
    return requests;
  }

  private static ObjectNode freshAnswers(Message.Request request) {
    var given = request.params().path("inputResponses");
    if (given.isMissingNode()) {
      return Json.object();
    }
    if (!(given instanceof ObjectNode fresh)) {
      throw ProtocolFailure.invalidParams("params.inputResponses must be an object");
    }
    return fresh;
  }

  private static String digest(Message.Request request) {
    var subject = Json.object().put("method", request.method());
    for (var member : new String[] {"name", "uri", "arguments"}) {
      subject.set(member, request.params().path(member).deepCopy());
    }
    try {
      var text = CANONICAL.writeValueAsString(subject).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
