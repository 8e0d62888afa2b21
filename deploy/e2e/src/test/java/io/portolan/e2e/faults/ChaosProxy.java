package io.portolan.e2e.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy that is a bad network. Each connection suffers what the {@link Network} draws for it
 * from a seeded source, so a run can be repeated. Close it to end all connections.
 */
public final class ChaosProxy implements AutoCloseable {
  /** Draws what a connection will suffer. */
  @FunctionalInterface
  public interface Network {
    /** The trouble of the next connection. */
    Trouble next(SplittableRandom random);
  }

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final SplittableRandom random;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Network network;

  private ChaosProxy(int port, long seed, Network network) throws IOException {
    this.listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.random = new SplittableRandom(seed);
    this.network = network;
  }

  /** Starts a proxy in front of a port of this machine. */
  public static ChaosProxy before(int port, long seed, Network network) throws IOException {
    var proxy = new ChaosProxy(port, seed, network);
    Thread.ofVirtual().name("chaos-proxy").start(proxy::accept);
    return proxy;
  }

  /** The same URL, through the proxy. */
  public URI url(URI direct) {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort() + direct.getPath());
  }

  /** Connections from now on suffer something else. */
  public void network(Network next) {
    network = next;
  }

  /** Closes the connections there are, as a network that forgets them does. */
  public void dropAll() throws IOException {
    for (var socket : open) {
      socket.close();
    }
  }

  /** How many connections there were. */
  public int accepted() {
    return accepted.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        accepted.incrementAndGet();
        var trouble = network.next(random);
        Thread.ofVirtual().name("chaos-connection").start(() -> join(client, trouble));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void join(Socket client, Trouble trouble) {
    try (client;
        var server = new Socket()) {
      open.add(client);
      open.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target);
      var asking = Thread.ofVirtual().start(() -> new Flow(client, server, Trouble.NONE).run());
      new Flow(server, client, trouble).run();
      asking.join();
    } catch (IOException | InterruptedException _) {
      // one of the two left
    } finally {
      open.remove(client);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    dropAll();
  }
}
