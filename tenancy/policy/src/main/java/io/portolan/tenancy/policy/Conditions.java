package io.portolan.tenancy.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.portolan.tenancy.access.Stage;
import io.portolan.tenancy.policy.Condition.Variable;
import java.util.EnumSet;

/*
 * Work is bounded by the text's length, by what the arguments may hold (Attempt.Unreadable beyond
 * it), and by the iterations of all comprehensions of an evaluation together. Regular expressions
 * are RE2's, which take time in proportion to the text.
 */

/** Compiles conditions in CEL. Thread-safe. */
public final class Conditions {
  /** The longest condition in characters. */
  public static final int LENGTH_MAX = 2_000;

  /** How often the comprehensions of one evaluation go round at most, all together. */
  public static final int ITERATIONS_MAX = 10_000;

  private static final int DEPTH_MAX = 32;
  private static final int REGEX_PROGRAM_MAX = 1_000;

  private final CelCompiler beforeCalls;
  private final CelCompiler withResults;
  private final CelRuntime runtime;

  /** What became of a text. */
  public sealed interface Compiled {
    /** It is a condition. */
    record Usable(Condition condition) implements Compiled {}

    /**
     * It is none.
     *
     * @param message what is wrong
     * @param line of the text, from 1
     * @param column of the line, from 1
     */
    record Wrong(String message, int line, int column) implements Compiled {}
  }

  /** Makes the compiler, which takes a few dozen milliseconds. */
  public Conditions() {
    var options =
        CelOptions.current()
            .maxExpressionCodePointSize(LENGTH_MAX)
            .maxParseRecursionDepth(DEPTH_MAX)
            .comprehensionMaxIterations(ITERATIONS_MAX)
            .maxRegexProgramSize(REGEX_PROGRAM_MAX)
            .enableHeterogeneousNumericComparisons(true)
            .build();
    var object = MapType.create(SimpleType.STRING, SimpleType.DYN);
    this.beforeCalls =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(options)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar(Variable.ARGS.label(), object)
            .addVar(Variable.CALLER.label(), object)
            .addVar(Variable.ITEM.label(), object)
            .addVar(Variable.NOW.label(), SimpleType.TIMESTAMP)
            .setResultType(SimpleType.BOOL)
            .build();
    this.withResults =
        beforeCalls.toCompilerBuilder().addVar(Variable.RESULT.label(), object).build();
    this.runtime = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(options).build();
  }

  /** Compiles the condition of a rule that is asked before calls. */
  public Compiled compile(String text) {
    return compile(text, Stage.ARGUMENTS);
  }

  /** Compiles the condition of a rule; with results only it can read them. */
  public Compiled compile(String text, Stage stage) {
    if (text.length() > LENGTH_MAX) {
      return new Compiled.Wrong(
          "has " + text.length() + " characters, more than " + LENGTH_MAX, 1, 1);
    }
    try {
      var compiler =
          switch (stage) {
            case ARGUMENTS -> beforeCalls;
            case RESULTS -> withResults;
          };
      var ast = compiler.compile(text).getAst();
      return new Compiled.Usable(new Condition(text, runtime.createProgram(ast), reads(ast)));
    } catch (CelValidationException e) {
      var error = e.getErrors().isEmpty() ? null : e.getErrors().getFirst();
      if (error == null) {
        return new Compiled.Wrong("is no condition", 1, 1);
      }
      var at = error.getSourceLocation();
      return new Compiled.Wrong(
          error.getMessage(), Math.max(1, at.getLine()), Math.max(0, at.getColumn()) + 1);
    } catch (CelEvaluationException e) {
      return new Compiled.Wrong(String.valueOf(e.getMessage()), 1, 1);
    }
  }

  private static EnumSet<Variable> reads(CelAbstractSyntaxTree ast) {
    var reads = EnumSet.noneOf(Variable.class);
    for (var reference : ast.getReferenceMap().values()) {
      for (var variable : Variable.values()) {
        if (reference.name().equals(variable.label())) {
          reads.add(variable);
        }
      }
    }
    return reads;
  }
}
