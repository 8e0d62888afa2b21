package io.portolan.registry;

import io.portolan.registry.ServerDefinition.NamedBy;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A version of a server as somebody wants to publish it. Immutable.
 *
 * @param handle what the server's tools are called after, 1 to 64 of {@code A-Z a-z 0-9 . _ -};
 *     null for the one it has, or for the part of its name behind the slash
 * @param title what people call it, at most 100 characters; may be empty
 * @param description 1 to 100 characters
 * @param ownerTeam whose it is; may be empty, at most 100 characters
 * @param document its server.json, which readers of the registry are shown; at most 64 KiB
 */
public record ServerDraft(
    ServerName name,
    ServerVersion version,
    @Nullable String handle,
    String title,
    String description,
    String ownerTeam,
    Source source,
    Terms terms,
    String document) {
  /** Longest document, in characters. */
  public static final int DOCUMENT_MAX = 64 << 10;

  private static final int TITLE_MAX = 100;
  private static final int HANDLE_MAX = 64;
  private static final Pattern HANDLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public ServerDraft {
    requireWithin("title", title, 0, TITLE_MAX);
    requireWithin("description", description, 1, TITLE_MAX);
    requireWithin("ownerTeam", ownerTeam, 0, TITLE_MAX);
    requireWithin("server.json", document, 2, DOCUMENT_MAX);
    if (handle != null && !HANDLE.matcher(handle).matches()) {
      throw new IllegalArgumentException(
          "handle is '" + handle + "'; expected 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    switch (source) {
      case Source.Remote remote -> {
        var _ = definition("server", remote, terms); // checks the URL
      }
      case Source.Converted(var remote, var _) -> {
        var _ = definition("server", remote, terms);
      }
      case Source.Packages _, Source.Described _ -> {}
    }
  }

  /** The handle, or where none is said, the server's own name as far as it fits. */
  public String handleOrDefault() {
    var own = name.own();
    return handle != null ? handle : own.substring(0, Math.min(own.length(), HANDLE_MAX));
  }

  /** How a gateway reaches it; empty where it cannot: of packages. */
  public Optional<ServerDefinition> definition() {
    return switch (source) {
      case Source.Remote remote -> Optional.of(definition(handleOrDefault(), remote, terms));
      case Source.Converted(var document, var how) ->
          Optional.of(
              new ServerDefinition.OpenApi(definition(handleOrDefault(), document, terms), how));
      case Source.Packages _, Source.Described _ -> Optional.empty();
    };
  }

  private static ServerDefinition.Http definition(
      String handle, Source.Remote remote, Terms terms) {
    return new ServerDefinition.Http(
        handle,
        remote.url(),
        remote.transport(),
        remote.headers(),
        terms.callTimeout(),
        remote.authorization(),
        Set.of(),
        NamedBy.TENANT);
  }

  private static void requireWithin(String what, String text, int min, int max) {
    if (text.length() < min || text.length() > max) {
      throw new IllegalArgumentException(
          what + " has " + text.length() + " characters; expected " + min + " to " + max);
    }
  }
}
