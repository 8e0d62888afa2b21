package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.Call;
import io.portolan.mcp.kit.Describe;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import java.util.Optional;

/** Tools that ask the client one thing. */
final class QuestionTools {
  private static final String DEFAULTS =
      """
      {
        "type": "object",
        "properties": {
          "name": {"type": "string", "default": "John Doe"},
          "age": {"type": "integer", "default": 30},
          "score": {"type": "number", "default": 95.5},
          "status": {
            "type": "string", "enum": ["active", "inactive", "pending"], "default": "active"
          },
          "verified": {"type": "boolean", "default": true}
        },
        "required": []
      }
      """;

  private static final String ENUMS =
      """
      {
        "type": "object",
        "properties": {
          "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
          "titledSingle": {
            "type": "string",
            "oneOf": [
              {"const": "value1", "title": "First Option"},
              {"const": "value2", "title": "Second Option"},
              {"const": "value3", "title": "Third Option"}
            ]
          },
          "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"]
          },
          "untitledMulti": {
            "type": "array",
            "items": {"type": "string", "enum": ["option1", "option2", "option3"]}
          },
          "titledMulti": {
            "type": "array",
            "items": {
              "anyOf": [
                {"const": "value1", "title": "First Choice"},
                {"const": "value2", "title": "Second Choice"},
                {"const": "value3", "title": "Third Choice"}
              ]
            }
          }
        },
        "required": []
      }
      """;

  private static final String PERSON =
      """
      {
        "type": "object",
        "properties": {
          "username": {"type": "string", "description": "User's response"},
          "email": {"type": "string", "description": "User's email address"}
        },
        "required": ["username", "email"]
      }
      """;

  private QuestionTools() {}

  private record Prompt(@Describe("What to ask the model") String prompt) {}

  private record Wording(@Describe("What to show the user") String message) {}

  static void offer(ToolServer server) {
    server.offer(
        ToolSpec.of(
            "test_sampling",
            "Asks the client's model",
            Prompt.class,
            (given, call) ->
                Outcome.text(
                    "LLM response: "
                        + text(call.sample("answer", Ask.sample(given.prompt(), 100))))),
        ToolSpec.of(
            "test_elicitation",
            "Asks the user for a name and an address",
            Wording.class,
            (given, call) -> {
              var answer = call.elicit("person", Ask.form(given.message(), PERSON));
              return Outcome.text("User response: " + described(answer));
            }),
        ToolSpec.of(
            "test_elicitation_sep1034_defaults",
            "Asks for a form with a default for each primitive type",
            (_, call) -> completed(call, "Please review and update the form fields", DEFAULTS)),
        ToolSpec.of(
            "test_elicitation_sep1330_enums",
            "Asks for a form with every kind of choice",
            (_, call) -> completed(call, "Please select options from the enum fields", ENUMS)),
        ToolSpec.of(
            "test_streaming_elicitation",
            "Reports progress, then asks the user",
            (_, call) -> {
              call.progress(1, 2, "About to ask");
              return completed(call, "Please confirm", DEFAULTS);
            }),
        ToolSpec.of(
            "test_missing_capability",
            "Needs a client that can sample",
            (_, call) ->
                Outcome.text(
                    "LLM response: " + text(call.sample("answer", Ask.sample("Hello", 10))))));
  }

  private static Outcome completed(Call call, String message, String schema)
      throws InterruptedException {
    var answer = call.elicit("form", Ask.form(message, schema));
    return Outcome.text("Elicitation completed: " + described(answer));
  }

  private static String described(McpSchema.ElicitResult answer) {
    var content = Optional.ofNullable(answer.content()).map(Json::write).orElse("{}");
    return "action=" + Json.tree(answer.action()).asString() + ", content=" + content;
  }

  static String text(McpSchema.CreateMessageResult answer) {
    return answer.content() instanceof McpSchema.TextContent text
        ? text.text()
        : Json.write(answer.content());
  }
}
