package io.portolan.standalone.connect;

import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client is to connect to. Immutable.
 *
 * @param name what the client calls it, 1 to 64 characters of {@code A-Z a-z 0-9 _ -}
 * @param url an endpoint of the gateway
 * @param tokenVariable the environment variable that holds a key or token; null where none is sent
 * @param launcher the {@code portolan} script, for clients that only start programs
 */
public record Connection(String name, URI url, @Nullable String tokenVariable, String launcher) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  public Connection {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name is '" + name + "'; expected 1 to 64 characters of A-Z, a-z, 0-9, _ and -");
    }
    if (tokenVariable != null && !VARIABLE.matcher(tokenVariable).matches()) {
      throw new IllegalArgumentException(
          "'" + tokenVariable + "' is no name of an environment variable");
    }
  }
}
