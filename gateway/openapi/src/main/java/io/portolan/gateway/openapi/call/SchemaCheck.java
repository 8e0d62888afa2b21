package io.portolan.gateway.openapi.call;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/*
 * A document's author and a caller could agree on a pattern and a text that take a backtracking
 * matcher for ever. RE2/J is linear; what it cannot say (lookahead, back references) is not checked.
 * So could they agree on alternatives that lead to one another: the steps of a check are counted.
 */

/**
 * Checks values against one schema of JSON Schema 2020-12, which is read when it is first needed.
 * Thread-safe. Fetches nothing.
 */
public final class SchemaCheck {
  /** Lets everything through. */
  public static final SchemaCheck NONE = new SchemaCheck(null);

  private static final int SHOWN_MAX = 5;
  private static final long STEPS_MAX = 5_000_000;
  private static final int DEPTH_MAX = 1_000;
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder
                  .schemaCacheEnabled(false)
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .locale(Locale.ENGLISH)
                          .losslessNarrowing(true) // 1.0 is an integer
                          .regularExpressionFactory(new Linear())
                          .build()));

  private final @Nullable ObjectNode schema;
  private volatile @Nullable Schema read;

  private SchemaCheck(@Nullable ObjectNode schema) {
    this.schema = schema;
  }

  /** Of a schema; null stands for one that lets everything through. */
  public static SchemaCheck of(@Nullable ObjectNode schema) {
    return schema == null ? NONE : new SchemaCheck(schema);
  }

  /** Where a value does not fit, and why; null where it fits. */
  public @Nullable String mismatch(JsonNode value) {
    var checked = schema();
    if (checked == null) {
      return null;
    }
    List<Error> errors;
    try {
      errors = checked.validate(value, (Consumer<ExecutionContext>) SchemaCheck::bound);
    } catch (ValidationLimitExceededException e) {
      return "/ cannot be checked: that takes more than "
          + (e.getLimitKind() == ValidationLimitExceededException.LimitKind.EVALUATION_DEPTH
              ? DEPTH_MAX + " schemas inside one another"
              : STEPS_MAX + " steps");
    }
    if (errors.isEmpty()) {
      return null;
    }
    var text = new StringBuilder();
    for (var error : errors.subList(0, Math.min(SHOWN_MAX, errors.size()))) {
      var at = String.valueOf(error.getInstanceLocation());
      text.append(text.isEmpty() ? "" : "; ")
          .append(at.isEmpty() ? "/" : at)
          .append(' ')
          .append(error.getMessage());
    }
    return text.length() > 2_000 ? text.substring(0, 2_000) + "..." : text.toString();
  }

  private static void bound(ExecutionContext context) {
    context.executionConfig(
        config -> config.maxEvaluationSteps(STEPS_MAX).maxEvaluationDepth(DEPTH_MAX));
  }

  private @Nullable Schema schema() {
    var known = read;
    if (known == null && schema != null) {
      known = REGISTRY.getSchema(schema);
      read = known; // twice is as good as once
    }
    return known;
  }

  private static final class Linear implements RegularExpressionFactory {
    @Override
    public RegularExpression getRegularExpression(String regex) {
      try {
        var pattern = Pattern.compile(regex);
        return text -> pattern.matcher(text).find();
      } catch (PatternSyntaxException _) {
        return _ -> true;
      }
    }
  }
}
