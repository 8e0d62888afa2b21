package io.portolan.mcp.kit.modern;

import io.modelcontextprotocol.json.schema.jackson3.DefaultJsonSchemaValidator;
import io.portolan.mcp.kit.ToolServer;
import io.portolan.mcp.kit.wire.Json;
import io.portolan.mcp.kit.wire.Message;
import io.portolan.mcp.kit.wire.ProtocolFailure;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * A server in the modern era. Every request stands alone; nothing is kept between two of them but
 * tasks and open subscriptions. Safe for all threads.
 */
public final class ModernServer implements AutoCloseable {
  /**
   * An answer, ready to send.
   *
   * @param httpStatus the status it has over HTTP, if nothing was streamed before it
   * @param envelope the JSON-RPC response
   */
  public record Answer(int httpStatus, String envelope) {}

  private static final System.Logger LOG = System.getLogger(ModernServer.class.getName());
  private static final Duration STATE_LIFETIME = Duration.ofMinutes(10);

  private final ToolServer server;
  private final Lists lists;
  private final Tools tools;
  private final Rounds rounds;
  private final Tasks tasks;
  private final Subscriptions subscriptions = new Subscriptions();

  public ModernServer(ToolServer server, Clock clock) {
    var validator = new DefaultJsonSchemaValidator(Json.MAPPER);
    var answers = new Answers(validator);
    this.server = server;
    this.lists = new Lists(server);
    this.tasks = new Tasks(clock, answers);
    this.tools = new Tools(server.catalogue(), validator, tasks);
    this.rounds = new Rounds(new StateSeal(clock, STATE_LIFETIME), answers);
    server.catalogue().listen(subscriptions);
  }

  /**
   * Answers a request that came over HTTP; its headers are held against it.
   *
   * @param headers all values of a header, looked up without regard to case
   * @param notifications takes what is to be sent before the answer
   * @return nothing when the thread was interrupted, which is how a call is cancelled
   */
  public Optional<Answer> answer(
      Message.Request request,
      Function<String, List<String>> headers,
      Consumer<String> notifications) {
    return answer(request, Optional.of(new HeaderCheck(headers)), notifications);
  }

  /** Answers a request that came over stdio, where there are no headers. */
  public Optional<Answer> answer(Message.Request request, Consumer<String> notifications) {
    return answer(request, Optional.empty(), notifications);
  }

  private Optional<Answer> answer(
      Message.Request request, Optional<HeaderCheck> headers, Consumer<String> notifications) {
    try {
      headers.ifPresent(check -> check.version(request));
      var meta = RequestMeta.read(request.params());
      headers.ifPresent(check -> check.routing(request));
      var result = dispatch(request, meta, headers, notifications);
      return Optional.of(new Answer(200, Json.write(Message.result(request.id(), signed(result)))));
    } catch (ProtocolFailure failure) {
      return Optional.of(failed(request, failure));
    } catch (InterruptedException _) {
      return Optional.empty();
    } catch (JacksonException e) {
      return Optional.of(
          failed(
              request,
              ProtocolFailure.invalidParams("Malformed params: " + e.getOriginalMessage())));
    } catch (Exception e) {
      LOG.log(Level.ERROR, "handling " + request.method(), e);
      return Optional.of(failed(request, ProtocolFailure.internal("Internal error")));
    }
  }

  private ObjectNode dispatch(
      Message.Request request,
      RequestMeta meta,
      Optional<HeaderCheck> headers,
      Consumer<String> notifications)
      throws Exception {
    if (!lists.offers(request.method())) {
      throw ProtocolFailure.methodNotFound(request.method());
    }
    return switch (request.method()) {
      case "server/discover" -> lists.discover();
      case "tools/list" -> lists.tools(request);
      case "prompts/list" -> lists.prompts(request);
      case "resources/list" -> lists.resources(request);
      case "resources/templates/list" -> lists.templates(request);
      case "tools/call" -> {
        var tool = tools.find(request);
        headers.ifPresent(
            check ->
                check.arguments(tool.tool().inputSchema(), request.params().path("arguments")));
        tools.checkTaskSupport(tool, meta);
        yield rounds.run(
            request, meta, notifications, call -> tools.call(tool, request, meta, call));
      }
      case "prompts/get" ->
          rounds.run(request, meta, notifications, call -> Reading.prompt(server, request, call));
      case "resources/read" ->
          rounds.run(request, meta, notifications, call -> Reading.resource(server, request, call));
      case "completion/complete" -> Reading.completion(server, request);
      case "subscriptions/listen" -> subscriptions.listen(request, notifications);
      case "tasks/get" -> tasks.get(request, meta);
      case "tasks/update" -> tasks.update(request, meta);
      case "tasks/cancel" -> tasks.cancel(request, meta);
      default -> throw ProtocolFailure.methodNotFound(request.method());
    };
  }

  private ObjectNode signed(ObjectNode result) {
    if (!result.has("resultType")) {
      result.put("resultType", "complete");
    }
    var meta =
        result.path("_meta") instanceof ObjectNode present ? present : result.putObject("_meta");
    meta.putObject(RequestMeta.PREFIX + "serverInfo")
        .put("name", server.name())
        .put("version", server.version());
    return result;
  }

  private static Answer failed(Message.Request request, ProtocolFailure failure) {
    return new Answer(failure.httpStatus(), Json.write(Message.error(request.id(), failure)));
  }

  /** Ends the subscriptions with their result and cancels the tasks. Idempotent. */
  @Override
  public void close() {
    server.catalogue().forget(subscriptions);
    subscriptions.close();
    tasks.close();
  }
}
