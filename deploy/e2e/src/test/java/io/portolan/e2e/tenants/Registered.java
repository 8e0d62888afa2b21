package io.portolan.e2e.tenants;

import io.portolan.e2e.json.JsonText;
import io.portolan.e2e.process.Repository;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the built distribution answers, by its own word: no list is kept here. */
public final class Registered {
  private static final String METHODS = "io.portolan.gateway.protocol.Methods";

  private Registered() {}

  /** An endpoint of the management API. */
  public record Endpoint(String method, String path) {
    public String name() {
      return method + " " + path;
    }
  }

  /** The endpoints that {@code GET /api/v1} lists. */
  public static List<Endpoint> endpoints(Actor actor) throws IOException, InterruptedException {
    var list = JsonText.of(actor.api("GET", "/api/v1", "").body());
    var endpoints = new ArrayList<Endpoint>();
    for (int i = 0; i < list.at("endpoints").orElseThrow().items().size(); i++) {
      var at = Integer.toString(i);
      endpoints.add(
          new Endpoint(
              list.string("endpoints", at, "method"), list.string("endpoints", at, "path")));
    }
    return endpoints;
  }

  /** The MCP methods that the gateway knows, of all eras and both directions. */
  public static Set<String> methods() throws Exception {
    var lib = Repository.libraries();
    try (var jars = Files.list(lib)) {
      var protocol =
          jars.filter(jar -> jar.getFileName().toString().startsWith("portolan-gateway-protocol-"))
              .findFirst()
              .orElseThrow();
      try (var loader = new URLClassLoader(new URL[] {protocol.toUri().toURL()}, null)) {
        var names = new TreeSet<String>();
        for (var field : loader.loadClass(METHODS).getDeclaredFields()) {
          if (Modifier.isPublic(field.getModifiers()) && field.getType() == String.class) {
            names.add((String) field.get(null));
          }
        }
        return names;
      }
    }
  }
}
