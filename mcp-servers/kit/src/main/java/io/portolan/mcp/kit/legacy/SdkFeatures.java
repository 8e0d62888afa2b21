package io.portolan.mcp.kit.legacy;

import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.portolan.mcp.kit.CompletionSpec;
import io.portolan.mcp.kit.Outcome;
import io.portolan.mcp.kit.PromptSpec;
import io.portolan.mcp.kit.ResourceSpec;
import io.portolan.mcp.kit.TemplateSpec;
import io.portolan.mcp.kit.ToolSpec;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Turns what was written for the kit into what the SDK registers. */
final class SdkFeatures {
  /** Work that fails in its own ways. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws Exception;
  }

  private SdkFeatures() {}

  static McpServerFeatures.SyncToolSpecification tool(ToolSpec<?> tool) {
    return McpServerFeatures.SyncToolSpecification.builder()
        .tool(tool.tool())
        .callHandler(
            (exchange, request) -> {
              var call = new SdkCall(exchange, Optional.ofNullable(request.meta()));
              var given = Json.tree(Optional.ofNullable(request.arguments()).orElse(Map.of()));
              try {
                return switch (tool.run(given, call)) {
                  case Outcome.Done(var result) -> result;
                  // The SDK has no tasks: the work is done within the call.
                  case Outcome.Later(var work) -> work.run(call);
                };
              } catch (ProtocolFailure failure) {
                throw sdkError(failure);
              } catch (McpError e) {
                throw e;
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return Outcome.failed("Cancelled");
              } catch (Exception e) {
                return Outcome.failed(String.valueOf(e.getMessage()));
              }
            })
        .build();
  }

  static McpServerFeatures.SyncResourceSpecification resource(ResourceSpec resource) {
    return new McpServerFeatures.SyncResourceSpecification(
        resource.resource(),
        (exchange, request) ->
            guarded(
                () ->
                    resource
                        .handler()
                        .read(
                            request.uri(),
                            new SdkCall(exchange, Optional.ofNullable(request.meta())))));
  }

  static McpServerFeatures.SyncResourceTemplateSpecification template(TemplateSpec template) {
    return new McpServerFeatures.SyncResourceTemplateSpecification(
        template.template(),
        (exchange, request) ->
            guarded(
                () ->
                    template
                        .handler()
                        .read(
                            request.uri(),
                            new SdkCall(exchange, Optional.ofNullable(request.meta())))));
  }

  static McpServerFeatures.SyncPromptSpecification prompt(PromptSpec prompt) {
    return new McpServerFeatures.SyncPromptSpecification(
        prompt.prompt(),
        (exchange, request) ->
            guarded(
                () ->
                    prompt.fill(
                        texts(Optional.ofNullable(request.arguments()).orElse(Map.of())),
                        new SdkCall(exchange, Optional.ofNullable(request.meta())))));
  }

  static McpServerFeatures.SyncCompletionSpecification completion(CompletionSpec completion) {
    return new McpServerFeatures.SyncCompletionSpecification(
        completion.reference(), (_, request) -> completion.handler().complete(request));
  }

  private static Map<String, String> texts(Map<String, Object> arguments) {
    var texts = new LinkedHashMap<String, String>();
    arguments.forEach(
        (name, value) -> {
          if (!(value instanceof String text)) {
            throw ProtocolFailure.invalidParams("Prompt argument '" + name + "' must be a string");
          }
          texts.put(name, text);
        });
    return texts;
  }

  private static <T> T guarded(Work<T> work) {
    try {
      return work.run();
    } catch (ProtocolFailure failure) {
      throw sdkError(failure);
    } catch (RuntimeException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("cancelled", e);
    } catch (Exception e) {
      throw sdkError(ProtocolFailure.internal(String.valueOf(e.getMessage())));
    }
  }

  private static McpError sdkError(ProtocolFailure failure) {
    return new McpError(
        Json.MAPPER.convertValue(failure.toJson(), McpSchema.JSONRPCResponse.JSONRPCError.class));
  }
}
