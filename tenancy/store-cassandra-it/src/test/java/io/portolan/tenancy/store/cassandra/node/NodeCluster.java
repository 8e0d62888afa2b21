package io.portolan.tenancy.store.cassandra.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * Some nodes that form a cluster: in containers where a Docker daemon answers, else in JVMs.
 * Closing it stops them; so does the end of this JVM.
 */
public final class NodeCluster implements AutoCloseable {
  private static final int JOIN_ATTEMPTS = 4;

  /** Makes a node of its settings, which is not started yet. */
  @FunctionalInterface
  private interface Maker {
    Node make(Place place, NodeFiles files);
  }

  private final List<Node> nodes;
  private final Ports ports;
  private final Thread atExit = new Thread(this::stop);

  private NodeCluster(List<Node> nodes, Ports ports) {
    this.nodes = List.copyOf(nodes);
    this.ports = ports;
  }

  /**
   * Starts these nodes one after the other; blocks for some ten seconds each.
   *
   * @param name of the folder below {@code portolan.cassandra.directory}; emptied first
   */
  public static NodeCluster start(String name, List<Place> places)
      throws IOException, InterruptedException {
    try {
      if (ContainerNode.isPossible()) {
        return start(name, places, ContainerNode::new);
      }
    } catch (RuntimeException e) { // of any kind: no image, no rights, no room
      System.out.println("Docker answers, but starts no node: " + e.getMessage());
    }
    return start(name, places, forking(name));
  }

  private static Maker forking(String name) throws IOException {
    var home = Jdk17.home();
    if (home.isEmpty()) {
      System.out.println(
          "SKIPPED: "
              + name
              + " needs Docker, or a JDK 17, which Cassandra 5 runs on\n  sudo apt-get install"
              + " openjdk-17-jre-headless, or set PORTOLAN_JDK17 to the home of one");
      throw new TestAbortedException("neither Docker nor a JDK 17");
    }
    var java = home.get().resolve("bin/java");
    var classPath = Files.readString(Path.of(System.getProperty("portolan.cassandra.classpath")));
    return (place, files) -> new ForkedNode(place, files, java, classPath.strip());
  }

  private static NodeCluster start(String name, List<Place> places, Maker maker)
      throws IOException, InterruptedException {
    var folder = Path.of(System.getProperty("portolan.cassandra.directory")).resolve(name);
    delete(folder);
    var ports = Ports.free(places);
    var nodes = new ArrayList<Node>();
    for (var place : places) {
      var files = new NodeFiles(folder.resolve(place.address()));
      files.write(place, ports, places.getFirst().address());
      nodes.add(maker.make(place, files));
    }
    var cluster = new NodeCluster(nodes, ports);
    Runtime.getRuntime().addShutdownHook(cluster.atExit);
    try {
      for (var node : nodes) {
        join(node);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** On a busy machine a node may hear of no seed in the time it has, and gives up. */
  private static void join(Node node) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        node.start();
        return;
      } catch (IOException e) {
        if (attempt == JOIN_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** The nodes, in the order of their places. */
  public Node node(int index) {
    return nodes.get(index);
  }

  /** Where clients of this data centre reach it. */
  public List<InetSocketAddress> contactPoints(String datacenter) {
    return nodes.stream()
        .filter(node -> node.place().datacenter().equals(datacenter))
        .map(node -> new InetSocketAddress(node.place().address(), ports.cql()))
        .toList();
  }

  private void stop() {
    for (var node : nodes) {
      try {
        node.remove();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // The JVM is ending, and the hook has run or will.
    }
  }
}
