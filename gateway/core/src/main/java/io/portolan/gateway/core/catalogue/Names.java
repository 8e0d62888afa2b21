package io.portolan.gateway.core.catalogue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * A name depends on its server and its own text alone, never on what else is registered, so adding a
 * server renames nothing. A part that cannot be used as it is gets a hash of the original as tail;
 * a server key neither contains "__" nor ends in "_", so the first "__" always parts key and name.
 */

/**
 * The one place where names of servers and of what they offer are joined and split. Stateless.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools">MCP, tool
 *     names</a>
 */
public final class Names {
  /** The longest name that the model APIs in use accept. */
  public static final int NAME_LENGTH_MAX = 64;

  private static final String SEPARATOR = "__";
  private static final char URI_SEPARATOR = '+';
  private static final String UI_SCHEME = "ui://";
  private static final int SERVER_KEY_LENGTH_MAX = 32;
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final Pattern NOT_PLAIN = Pattern.compile("[^A-Za-z0-9_.-]");
  private static final Pattern PLAIN_SCHEME = Pattern.compile("[a-z][a-z0-9.-]*");

  private Names() {}

  /** A server and what is left of a qualified text. */
  public record Split(String key, String rest) {}

  /** The server's part of qualified tool and prompt names. */
  public static String serverKey(String server) {
    var usable =
        PLAIN_NAME.matcher(server).matches()
            && !server.contains(SEPARATOR)
            && !server.endsWith("_")
            && server.length() <= SERVER_KEY_LENGTH_MAX;
    if (usable) {
      return server;
    }
    var plain = NOT_PLAIN.matcher(server).replaceAll("-").replaceAll("_{2,}", "_");
    return cut(plain, SERVER_KEY_LENGTH_MAX - 7) + "-" + hash(server, 6);
  }

  /** The name under which a server's tool or prompt is offered: at most 64 characters. */
  public static String qualified(String server, String name) {
    var plain = NOT_PLAIN.matcher(name).replaceAll("_");
    var joined = serverKey(server) + SEPARATOR + plain;
    if (plain.equals(name) && joined.length() <= NAME_LENGTH_MAX) {
      return joined;
    }
    return cut(joined, NAME_LENGTH_MAX - 9) + "_" + hash(server + SEPARATOR + name, 8);
  }

  /** The server's part of a qualified tool or prompt name; null when it is not qualified. */
  public static @Nullable String keyOf(String qualified) {
    var at = qualified.indexOf(SEPARATOR);
    return at <= 0 ? null : qualified.substring(0, at);
  }

  /** The server's part of qualified URIs and task ids: a valid start of a URI scheme. */
  public static String schemeKey(String server) {
    if (PLAIN_SCHEME.matcher(server).matches()) {
      return server;
    }
    var plain = server.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
    var start = plain.charAt(0) >= 'a' && plain.charAt(0) <= 'z' ? plain : "s" + plain;
    return cut(start, SERVER_KEY_LENGTH_MAX) + "-" + hash(server, 6);
  }

  /**
   * The URI, or URI template, under which a server's resource is offered: {@code server+uri}. A
   * {@code ui://} URI keeps its scheme, by which hosts know it: {@code ui://server+rest}.
   */
  public static String qualifiedUri(String schemeKey, String uri) {
    return uri.startsWith(UI_SCHEME)
        ? UI_SCHEME + schemeKey + URI_SEPARATOR + uri.substring(UI_SCHEME.length())
        : schemeKey + URI_SEPARATOR + uri;
  }

  /** The server's scheme key and own URI in a qualified one; null when it is not qualified. */
  public static @Nullable Split splitUri(String qualified) {
    var ui = qualified.regionMatches(true, 0, UI_SCHEME, 0, UI_SCHEME.length());
    var from = ui ? UI_SCHEME.length() : 0;
    var at = qualified.indexOf(URI_SEPARATOR, from);
    if (at <= from) {
      return null;
    }
    // Clients may normalise a URI, which lower-cases its scheme: keys are lower case throughout.
    var key = qualified.substring(from, at).toLowerCase(Locale.ROOT);
    var rest = qualified.substring(at + 1);
    return new Split(key, ui ? UI_SCHEME + rest : rest);
  }

  /** The id under which a server's task is known to clients. */
  public static String qualifiedTask(String schemeKey, String taskId) {
    return schemeKey + URI_SEPARATOR + taskId;
  }

  /** The server's scheme key and own id in a qualified task id; null when it is not qualified. */
  public static @Nullable Split splitTask(String qualified) {
    var at = qualified.indexOf(URI_SEPARATOR);
    return at <= 0 ? null : new Split(qualified.substring(0, at), qualified.substring(at + 1));
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  private static String hash(String text, int digits) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, digits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
