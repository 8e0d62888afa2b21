package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import tools.jackson.databind.JsonNode;

/** Judges what a client answered to a question. */
final class Answers {
  private final JsonSchemaValidator validator;

  Answers(JsonSchemaValidator validator) {
    this.validator = validator;
  }

  /**
   * Whether the answer can be used. An answer that is the right kind of thing but does not fit the
   * form is asked for again; one that is no answer at all is refused.
   *
   * @throws ProtocolFailure when it is not an answer to this kind of question
   */
  boolean usable(String key, Ask question, JsonNode answer) {
    return switch (question) {
      case Ask.Form form -> fitsForm(key, form, answer);
      case Ask.Sample _ -> {
        require(key, answer.path("content").isContainer() && answer.path("role").isString());
        yield true;
      }
      case Ask.Roots _ -> {
        require(key, answer.path("roots").isArray());
        yield true;
      }
    };
  }

  private boolean fitsForm(String key, Ask.Form form, JsonNode answer) {
    var action = answer.path("action").asString("");
    require(key, action.equals("accept") || action.equals("decline") || action.equals("cancel"));
    if (!action.equals("accept")) {
      return true;
    }
    var content = answer.path("content");
    return content.isObject() && validator.validate(form.schema(), Json.map(content)).valid();
  }

  private static void require(String key, boolean valid) {
    if (!valid) {
      throw ProtocolFailure.invalidParams(
          "inputResponses[\"" + key + "\"] is no answer to the request of that key");
    }
  }
}
