package io.portolan.mcp.everything;

import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.Ask;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tools whose calls take several rounds in the modern era. */
final class RoundTools {
  private RoundTools() {}

  /** A form that asks for one text. */
  static Ask textForm(String message, String property) {
    return form(message, property, "string");
  }

  /** A form that asks for one yes or no. */
  static Ask yesNoForm(String message, String property) {
    return form(message, property, "boolean");
  }

  private static Ask form(String message, String property, String type) {
    var schema = Json.object().put("type", "object");
    schema.putObject("properties").putObject(property).put("type", type);
    schema.putArray("required").add(property);
    return new Ask.Form(message, Json.map(schema));
  }

  /** The value of a property of an accepted form, or what the user did instead. */
  static String value(McpSchema.ElicitResult answer, String property) {
    return Optional.ofNullable(answer.content())
        .map(content -> String.valueOf(content.get(property)))
        .orElseGet(() -> "(" + Json.tree(answer.action()).asString() + ")");
  }

  static void offer(ToolServer server) {
    server.offer(
        ToolSpec.of(
            "test_input_required_result_elicitation",
            "Asks for a name and greets",
            (_, call) -> {
              var answer = call.elicit("user_name", textForm("What is your name?", "name"));
              return Outcome.text("Hello, " + value(answer, "name") + "!");
            }),
        ToolSpec.of(
            "test_input_required_result_sampling",
            "Asks the model for a capital",
            (_, call) ->
                Outcome.text(
                    QuestionTools.text(
                        call.sample(
                            "capital_question",
                            Ask.sample("What is the capital of France?", 100))))),
        ToolSpec.of(
            "test_input_required_result_list_roots",
            "Asks for the client's roots",
            (_, call) ->
                Outcome.text(
                    "Roots: "
                        + call.roots("client_roots").stream().map(McpSchema.Root::uri).toList())),
        ToolSpec.of(
            "test_input_required_result_request_state",
            "Asks for a confirmation and carries its state with the client",
            (_, call) -> {
              var answer = call.elicit("confirm", yesNoForm("Please confirm", "ok"));
              return Outcome.text("state-ok, confirmed: " + value(answer, "ok"));
            }),
        ToolSpec.of(
            "test_input_required_result_multiple_inputs",
            "Asks user, model and roots at once",
            (_, call) -> {
              var questions = new LinkedHashMap<String, Ask>();
              questions.put("user_name", textForm("What is your name?", "name"));
              questions.put("greeting", Ask.sample("Generate a greeting", 50));
              questions.put("client_roots", new Ask.Roots());
              return Outcome.text("Answers: " + Json.write(call.ask(questions)));
            }),
        ToolSpec.of(
            "test_input_required_result_multi_round",
            "Asks for a name, then for a colour",
            (_, call) -> {
              var name = call.elicit("step1", textForm("Step 1: What is your name?", "name"));
              var color =
                  call.elicit("step2", textForm("Step 2: What is your favorite color?", "color"));
              return Outcome.text(value(name, "name") + " likes " + value(color, "color"));
            }),
        ToolSpec.of(
            "test_input_required_result_tampered_state",
            "Asks for a confirmation; a changed state is refused",
            (_, call) -> {
              var answer = call.elicit("confirm", yesNoForm("Please confirm", "ok"));
              return Outcome.text("Confirmed: " + value(answer, "ok"));
            }),
        ToolSpec.of(
            "test_input_required_result_capabilities",
            "Asks only what the client can answer",
            (_, call) -> {
              var questions = new LinkedHashMap<String, Ask>();
              questions.put("user_name", textForm("What is your name?", "name"));
              questions.put("greeting", Ask.sample("Generate a greeting", 50));
              questions.values().removeIf(question -> !call.canAnswer(question));
              return questions.isEmpty()
                  ? Outcome.error("The client can answer none of the questions")
                  : Outcome.text("Answers: " + Json.write(call.ask(Map.copyOf(questions))));
            }));
  }
}
