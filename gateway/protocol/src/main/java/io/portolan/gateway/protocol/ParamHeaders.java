package io.portolan.gateway.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one tool that are repeated in {@code Mcp-Param-*} header fields, as the {@code
 * x-mcp-header} annotations of its input schema say (2026-07-28, custom headers from tool
 * parameters). Immutable and safe for many threads.
 */
public final class ParamHeaders {
  /** What every such field's name begins with. */
  public static final String PREFIX = "Mcp-Param-";

  private static final ParamHeaders NONE = new ParamHeaders(List.of());

  private final List<Param> params;

  private ParamHeaders(List<Param> params) {
    this.params = List.copyOf(params);
  }

  /**
   * One argument and its field.
   *
   * @param path the names that lead from the arguments to the value
   * @param header the field's whole name
   */
  record Param(List<String> path, String header) {
    Param {
      path = List.copyOf(path);
    }
  }

  /** What reading a schema found. */
  public sealed interface Reading {
    /** All annotations, none for most tools, are valid. */
    record Valid(ParamHeaders headers) implements Reading {}

    /**
     * An annotation breaks a rule: a client must not offer the tool.
     *
     * @param reason which one and why, for the log
     */
    record Invalid(String reason) implements Reading {}
  }

  /** Those of a tool of which nothing is repeated. */
  public static ParamHeaders none() {
    return NONE;
  }

  /** Reads the annotations of a tool's input schema, which must have passed {@link JsonCheck}. */
  public static Reading read(Slice inputSchema) {
    if (!inputSchema.isObject() || !AnnotatedSchema.mayHaveAnnotations(inputSchema)) {
      return new Reading.Valid(NONE);
    }
    var schema = new AnnotatedSchema();
    var problem = schema.read(JsonView.of(inputSchema));
    return problem != null
        ? new Reading.Invalid(problem)
        : new Reading.Valid(schema.params().isEmpty() ? NONE : new ParamHeaders(schema.params()));
  }

  /** Whether no argument is repeated. */
  public boolean isEmpty() {
    return params.isEmpty();
  }

  /** The names of the fields, in the order of the schema. */
  public List<String> names() {
    return params.stream().map(Param::header).toList();
  }

  /**
   * Compares received fields with a call's arguments. Fields of other names are nobody's business
   * here.
   *
   * @param arguments the arguments as they are written; null when the call has none
   */
  public HeaderCheck check(HeaderSource headers, @Nullable Slice arguments) {
    for (var param : params) {
      var value = valueAt(param.path(), arguments);
      var checked =
          value == null
              ? HeaderCompare.absent(headers, param.header())
              : ParamValue.check(headers, param.header(), value);
      if (checked instanceof HeaderCheck.Mismatch) {
        return checked;
      }
    }
    return HeaderCheck.OK;
  }

  /**
   * The fields to send with a call.
   *
   * @param arguments the arguments as they are written; null when the call has none
   */
  public List<HeaderField> produce(@Nullable Slice arguments) {
    var fields = new ArrayList<HeaderField>(params.size());
    for (var param : params) {
      var value = valueAt(param.path(), arguments);
      if (value != null && ParamValue.isMirrored(value)) {
        fields.add(new HeaderField(param.header(), HeaderText.encode(ParamValue.text(value))));
      }
    }
    return fields;
  }

  /** The value at a path, or null when there is none or it is null. */
  private static @Nullable Slice valueAt(List<String> path, @Nullable Slice arguments) {
    var value = arguments;
    for (var name : path) {
      if (value == null || !value.isObject()) {
        return null;
      }
      value = JsonView.of(value).get(name);
    }
    return value == null || value.is("null") ? null : value;
  }
}
