package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.Call;
import io.portolan.mcp.kit.MissingCapabilityException;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One round of a request: answers it has are given, questions it lacks end the round. */
final class RoundCall implements Call {
  private final RequestMeta meta;
  private final Notices notices;
  private final Answers answers;
  private final ObjectNode fresh;
  private final ObjectNode known;

  /**
   * @param fresh what the client answered in this round, by key
   * @param known answers of earlier rounds; usable fresh ones are added to it
   */
  RoundCall(
      RequestMeta meta, Notices notices, Answers answers, ObjectNode fresh, ObjectNode known) {
    this.meta = meta;
    this.notices = notices;
    this.answers = answers;
    this.fresh = fresh;
    this.known = known;
  }

  @Override
  public Map<String, JsonNode> ask(Map<String, Ask> questions) {
    var given = new LinkedHashMap<String, JsonNode>();
    var open = new LinkedHashMap<String, Ask>();
    questions.forEach(
        (key, question) -> {
          if (!canAnswer(question)) {
            throw new MissingCapabilityException(question.capability());
          }
          take(key, question);
          if (known.has(key)) {
            given.put(key, known.path(key));
          } else {
            open.put(key, question);
          }
        });
    if (!open.isEmpty()) {
      throw new InputRequired(open);
    }
    return given;
  }

  /** Moves a fresh answer to the known ones if it can be used. */
  private void take(String key, Ask question) {
    var answer = fresh.path(key);
    if (answer.isMissingNode() || known.has(key)) {
      return;
    }
    if (!answer.isObject()) {
      throw ProtocolFailure.invalidParams("inputResponses[\"" + key + "\"] must be an object");
    }
    if (answers.usable(key, question, answer)) {
      known.set(key, answer);
    }
  }

  /** The answers to seal into the next round. */
  ObjectNode answered() {
    return known;
  }

  @Override
  public boolean canAnswer(Ask question) {
    return declares(meta.capabilities(), question);
  }

  static boolean declares(ObjectNode capabilities, Ask question) {
    var declared = capabilities.path(question.capability());
    // An empty elicitation object means forms; one that names only other modes does not.
    return declared.isObject()
        && (!(question instanceof Ask.Form) || declared.isEmpty() || declared.has("form"));
  }

  @Override
  public void progress(double done, double total, String message) {
    notices.progress(done, total, message);
  }

  @Override
  public void log(McpSchema.LoggingLevel level, String logger, String message) {
    notices.log(level, logger, message);
  }

  @Override
  public boolean cancelled() {
    return Thread.currentThread().isInterrupted();
  }

  @Override
  public void closeStream() {
    // The modern era has no resumption: a closed stream would lose the call.
  }

  @Override
  public ObjectNode meta() {
    return meta.raw();
  }
}
