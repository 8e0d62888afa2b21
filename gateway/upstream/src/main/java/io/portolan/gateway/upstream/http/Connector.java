package io.portolan.gateway.upstream.http;

import io.portolan.gateway.core.upstream.Cancellation;
import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.outbound.OutboundGuard;
import io.portolan.tenancy.outbound.OutboundRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Opens connections to one server, trying each of its addresses: those that were looked at are
 * those that are connected to. Thread-safe; blocking.
 */
final class Connector {
  private final HttpTarget target;
  private final Addresses addresses;
  private final Duration timeout;
  private final Supplier<SSLContext> tls;
  private final LongAnswers longAnswers = new LongAnswers();

  /** Which addresses a target may be reached at. */
  @FunctionalInterface
  interface Addresses {
    /** Wherever its name leads. */
    Addresses ANY = target -> List.of(InetAddress.getAllByName(target.host()));

    /** Where the guard lets it lead. */
    static Addresses guarded(OutboundGuard guard) {
      return target -> guard.addresses(target.scheme().toString(), target.host(), target.port());
    }

    List<InetAddress> of(HttpTarget target) throws IOException;
  }

  Connector(HttpTarget target, Addresses addresses, Duration timeout, Supplier<SSLContext> tls) {
    this.target = target;
    this.addresses = addresses;
    this.timeout = timeout;
    this.tls = tls;
  }

  HttpTarget target() {
    return target;
  }

  /**
   * Opens a connection before the deadline passes.
   *
   * @throws ConnectException when every address refused
   * @throws IOException when no address could be reached for another reason
   */
  HttpConnection open(Deadline deadline, Cancellation cancellation)
      throws IOException, InterruptedException {
    var limit = deadline.orIn(timeout);
    IOException last = new UnknownHostException(target.host());
    for (var address : addresses.of(target)) {
      var left = limit.nanosLeft();
      if (left <= 0 || cancellation.isCancelled()) {
        throw new SocketTimeoutException("no time left to connect");
      }
      try {
        return open(address, limit, cancellation);
      } catch (ClosedByInterruptException _) {
        Thread.interrupted();
        throw new InterruptedException("interrupted while connecting to " + target);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private HttpConnection open(InetAddress address, Deadline limit, Cancellation cancellation)
      throws IOException {
    var channel = SocketChannel.open();
    cancellation.onCancel(() -> closeQuietly(channel));
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.socket().connect(new InetSocketAddress(address, target.port()), millis(limit));
      if (target.scheme() == HttpTarget.Scheme.HTTP) {
        return new HttpConnection(channel, null, longAnswers);
      }
      return new HttpConnection(channel, secure(channel, limit), longAnswers);
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /** The server's certificate must be for the host that was asked for. */
  private SSLSocket secure(SocketChannel channel, Deadline limit) throws IOException {
    var socket =
        (SSLSocket)
            tls.get()
                .getSocketFactory()
                .createSocket(channel.socket(), target.host(), target.port(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setServerNames(serverNames());
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(millis(limit));
    socket.startHandshake();
    socket.setSoTimeout(0);
    return socket;
  }

  private List<SNIServerName> serverNames() {
    var names = new ArrayList<SNIServerName>();
    var literal = target.host().indexOf(':') >= 0 || target.host().matches("[0-9.]+");
    if (!literal) {
      try {
        names.add(new SNIHostName(target.host()));
      } catch (IllegalArgumentException _) {
        // A name that TLS cannot carry, with an underscore for one: the server sees no name.
      }
    }
    return names;
  }

  private static int millis(Deadline limit) {
    return Math.clamp(limit.nanosLeft() / 1_000_000, 1, Integer.MAX_VALUE);
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone either way.
    }
  }

  /** What a failed attempt means to the caller: nothing was sent. */
  UpstreamFailure failure(IOException cause, Deadline deadline, Cancellation cancellation) {
    if (cancellation.isCancelled()) {
      return new UpstreamFailure.Cancelled("cancelled while connecting to " + target);
    }
    if (deadline.passed()) {
      return new UpstreamFailure.TimedOut("deadline passed connecting to " + target, false);
    }
    var reason =
        switch (cause) {
          case SocketTimeoutException _ -> "no connection within " + timeout;
          case UnknownHostException _ -> "unknown host";
          case OutboundRefusedException refused -> String.valueOf(refused.getMessage());
          default -> Exchange.describe(cause);
        };
    return new UpstreamFailure.Unreachable(target + ": " + reason);
  }
}
