package io.portolan.mcp.kit.modern;

import io.portolan.mcp.kit.Ask;
import java.util.Map;

/** Leaves a handler in order to hand its questions to the client; it runs again with answers. */
final class InputRequired extends RuntimeException {
  private final transient Map<String, Ask> questions;

  InputRequired(Map<String, Ask> questions) {
    super("input required: " + questions.keySet(), null, false, false);
    this.questions = Map.copyOf(questions);
  }

  Map<String, Ask> questions() {
    return questions;
  }
}
