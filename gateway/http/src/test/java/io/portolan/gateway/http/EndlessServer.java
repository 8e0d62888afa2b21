package io.portolan.gateway.http;

import io.portolan.gateway.core.upstream.Answer;
import io.portolan.gateway.core.upstream.MessageStream;
import io.portolan.gateway.core.upstream.OutboundRequest;
import io.portolan.gateway.core.upstream.ServerProfile;
import io.portolan.gateway.core.upstream.SessionOpening;
import io.portolan.gateway.core.upstream.Upstream;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.core.upstream.UpstreamLink;
import io.portolan.gateway.protocol.Era;
import io.portolan.gateway.protocol.JsonLimits;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.MalformedMessage;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.MessageReader;
import io.portolan.gateway.protocol.Payload;
import io.portolan.gateway.protocol.Slice;
import io.portolan.registry.ServerDefinition;
import io.portolan.tenancy.CallContext;
import io.portolan.tenancy.Deadline;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A server with sessions whose one tool streams and never answers, and which never says a word. */
final class EndlessServer implements Upstream {
  private static final Slice HELLO =
      Slice.utf8(
          "{\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"endless\",\"version\":\"1\"}}");
  private static final MessageReader READER = new MessageReader(JsonLimits.OUTBOUND);

  private final ServerDefinition definition;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicLong ids = new AtomicLong();

  EndlessServer(ServerDefinition definition) {
    this.definition = definition;
  }

  /** How many calls are under way. */
  int calls() {
    return calls.get();
  }

  /** How many sessions are open. */
  int sessions() {
    return sessions.get();
  }

  @Override
  public ServerDefinition definition() {
    return definition;
  }

  @Override
  public ServerProfile probe(Deadline deadline) {
    return new ServerProfile(null, HELLO);
  }

  @Override
  public UpstreamLink modern() {
    return new Session(); // never used: it does not speak the era
  }

  @Override
  public UpstreamLink openSession(SessionOpening opening, Deadline deadline) {
    sessions.incrementAndGet();
    return new Session();
  }

  @Override
  public void close() {}

  private static Message message(String json) {
    try {
      return READER.read(Slice.utf8(json));
    } catch (MalformedMessage e) {
      throw new AssertionError(json, e);
    }
  }

  private final class Session implements UpstreamLink {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public Era era() {
      return Era.LEGACY;
    }

    @Override
    public JsonView hello() {
      return JsonView.of(HELLO);
    }

    @Override
    public long nextId() {
      return ids.incrementAndGet();
    }

    @Override
    public Answer request(OutboundRequest request, CallContext context) {
      return switch (request.method()) {
        case "tools/call" -> {
          var stream = new Silence();
          calls.incrementAndGet();
          request.cancellation().onCancel(stream.over::countDown);
          yield new Answer.Streamed(stream);
        }
        default -> {
          var tools = "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}]}";
          var json = "{\"jsonrpc\":\"2.0\",\"id\":" + request.id() + ",\"result\":" + tools + "}";
          yield new Answer.Whole((Message.Answer) message(json), 200);
        }
      };
    }

    @Override
    public @Nullable UpstreamFailure send(Payload message, CallContext context) {
      return null;
    }

    @Override
    public MessageStream listen() {
      return new MessageStream() {
        @Override
        public Next next() throws InterruptedException {
          closed.await();
          return new Ended();
        }

        @Override
        public void close() {
          closed.countDown();
        }
      };
    }

    @Override
    public void close() {
      if (closed.getCount() > 0) {
        sessions.decrementAndGet();
      }
      closed.countDown();
    }
  }

  /** The stream of a call. */
  private final class Silence implements MessageStream {
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean counted = true; // guarded by this

    @Override
    public Next next() throws InterruptedException {
      over.await();
      return new Broken(new UpstreamFailure.Cancelled("given up"));
    }

    @Override
    public synchronized void close() {
      if (counted) {
        counted = false;
        calls.decrementAndGet();
      }
      over.countDown();
    }
  }
}
