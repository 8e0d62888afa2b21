package io.portolan.mcp.kit;

/** The work of a tool. Runs on its own virtual thread, which is interrupted on cancellation. */
@FunctionalInterface
public interface ToolHandler<A> {
  /** Any exception becomes a tool error with its message; see {@link Call} for questions. */
  Outcome run(A arguments, Call call) throws Exception;
}
