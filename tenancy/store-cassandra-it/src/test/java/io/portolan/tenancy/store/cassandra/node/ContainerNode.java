package io.portolan.tenancy.store.cassandra.node;

import com.github.dockerjava.api.exception.ConflictException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/*
 * On the host's network, so that it has the loopback address of its place, as a forked node has,
 * and the settings of both are the same file.
 */

/** A node in a container of Cassandra's own image. */
final class ContainerNode implements Node {
  private static final String IMAGE = "cassandra:5.0.9";
  private final Place place;
  private final GenericContainer<?> container;
  private int starts;
  private boolean isUp;

  ContainerNode(Place place, NodeFiles files) {
    this.place = place;
    this.container =
        new GenericContainer<>(IMAGE)
            .withNetworkMode("host")
            .withCopyFileToContainer(
                MountableFile.forHostPath(files.settings()), "/etc/cassandra/cassandra.yaml")
            .withCopyFileToContainer(
                MountableFile.forHostPath(files.rack()),
                "/etc/cassandra/cassandra-rackdc.properties")
            .withEnv("MAX_HEAP_SIZE", "384m")
            .withEnv("HEAP_NEWSIZE", "64m")
            .withEnv("JVM_EXTRA_OPTS", String.join(" ", NodeFiles.OPTIONS))
            .withCreateContainerCmdModifier(
                command -> command.withEntrypoint("cassandra").withCmd("-R", "-f"));
  }

  /** Whether a Docker daemon answers, and its host's loopback addresses are those of this JVM. */
  static boolean isPossible() {
    return System.getProperty("os.name").equals("Linux")
        && !Files.exists(Path.of("/.dockerenv"))
        && DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public Place place() {
    return place;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    if (container.isCreated()) {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    } else {
      container.start();
    }
    isUp = true;
    starts++;
    var until = System.nanoTime() + START_MAX.toNanos();
    while (readyLines() < starts) {
      if (!container.isRunning() || System.nanoTime() - until > 0) {
        var log = container.getLogs();
        kill();
        starts = readyLines();
        throw new IOException("Cassandra at " + place + " did not start:\n" + Node.tail(log));
      }
      LockSupport.parkNanos(500_000_000);
    }
  }

  /** A container keeps what it logged when it is started again. */
  private int readyLines() {
    return container.getLogs().split(READY, -1).length - 1;
  }

  @Override
  public void kill() {
    if (isUp) {
      isUp = false;
      try {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
      } catch (ConflictException _) {
        return; // it has ended by itself
      }
      var _ =
          container
              .getDockerClient()
              .waitContainerCmd(container.getContainerId())
              .start()
              .awaitStatusCode(1, TimeUnit.MINUTES);
    }
  }

  @Override
  public void remove() {
    container.stop();
  }
}
