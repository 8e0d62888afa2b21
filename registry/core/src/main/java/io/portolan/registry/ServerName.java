package io.portolan.registry;

import java.util.regex.Pattern;

/**
 * A server's name in the registry, as server.json has it: a namespace in reverse-DNS form, a slash,
 * and the server's own name. Immutable.
 *
 * @param value such as {@code com.acme/weather}, 3 to 200 characters
 */
public record ServerName(String value) implements Comparable<ServerName> {
  /** Longest name, in characters. */
  public static final int LENGTH_MAX = 200;

  private static final Pattern FORM =
      Pattern.compile(
          "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?/[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?");

  public ServerName {
    if (value.length() < 3 || value.length() > LENGTH_MAX || !FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "name is '"
              + (value.length() > LENGTH_MAX ? value.substring(0, LENGTH_MAX) + "..." : value)
              + "'; expected a namespace, a slash and a name, such as com.example/weather:"
              + " 3 to 200 characters of A-Z a-z 0-9 . - and, behind the slash, _");
    }
  }

  /** The part before the slash: whose it is. */
  public String namespace() {
    return value.substring(0, value.indexOf('/'));
  }

  /** The part behind the slash. */
  public String own() {
    return value.substring(value.indexOf('/') + 1);
  }

  @Override
  public int compareTo(ServerName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
