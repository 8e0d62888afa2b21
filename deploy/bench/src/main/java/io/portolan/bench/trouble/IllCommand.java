package io.portolan.bench.trouble;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * Runs the servers that are ill, one that is well, and whoever calls them, in this process until
 * its standard input ends.
 *
 * <p>Prints {@code server NAME URL} for each and {@code ready}; then obeys lines: {@code begin}
 * (what is ill by its port becomes so), {@code call URL} and {@code rest}, each answered with
 * {@code did} and the line's number.
 */
@Command(name = "ill", hidden = true, description = "Servers that misbehave; for bench itself.")
public final class IllCommand implements Callable<Integer> {
  /** The server that is well. */
  public static final String WELL = "well";

  @Override
  public Integer call() throws IOException {
    var servers = new ArrayList<IllServer>();
    add(servers, WELL, null);
    for (var way : IllWay.ofHttpServers()) {
      add(servers, way.server(), way);
    }
    System.out.println("ready");
    obey(servers);
    Runtime.getRuntime().halt(0);
    return 0;
  }

  private static void add(List<IllServer> servers, String name, @Nullable IllWay way)
      throws IOException {
    var server = new IllServer(way);
    servers.add(server);
    System.out.println("server " + name + " " + server.endpoint());
  }

  private static void obey(List<IllServer> servers) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    IllCallers callers = null;
    var obeyed = 0;
    for (var line = in.readLine(); line != null; line = in.readLine()) {
      if (callers != null) {
        callers.close();
        callers = null;
      }
      if (line.startsWith("call ")) {
        callers = new IllCallers(URI.create(line.substring("call ".length())));
      } else if (line.equals("begin")) {
        for (var server : servers) {
          server.beginsToBeIll();
        }
      }
      System.out.println("did " + ++obeyed);
    }
  }
}
