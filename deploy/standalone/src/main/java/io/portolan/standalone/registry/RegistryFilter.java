package io.portolan.standalone.registry;

import io.portolan.registry.Lifecycle;
import io.portolan.registry.Publication;
import io.portolan.registry.ServerEntry;
import io.portolan.registry.ServerName;
import io.portolan.standalone.api.Query;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which versions a list is asked for. Immutable.
 *
 * @param after the version that the page before ended with; null for the first page
 * @param search part of a name, in lower case; empty for all
 * @param updatedSince null for any time
 * @param version {@code latest}, or exactly this one; null for all
 * @param deletedToo whether deleted ones are listed
 */
record RegistryFilter(
    @Nullable Position after,
    String search,
    @Nullable Instant updatedSince,
    @Nullable String version,
    boolean deletedToo) {
  private static final int SEARCH_MAX = 200;

  /** A place in the list: behind this version of this server. */
  record Position(ServerName name, String version) {
    String cursor() {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString((name + "\n" + version).getBytes(StandardCharsets.UTF_8));
    }

    static Position of(String cursor) {
      try {
        var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        var end = text.indexOf('\n');
        if (end > 0) {
          return new Position(new ServerName(text.substring(0, end)), text.substring(end + 1));
        }
      } catch (IllegalArgumentException _) {
        // Not one of ours.
      }
      throw new IllegalArgumentException(
          "cursor is not one of this registry's; expected a nextCursor as it was given");
    }
  }

  static RegistryFilter of(Query query) {
    var cursor = query.text("cursor");
    var search = query.text("search");
    if (search != null && search.length() > SEARCH_MAX) {
      throw new IllegalArgumentException(
          "search has " + search.length() + " characters; expected at most " + SEARCH_MAX);
    }
    var since = since(query.text("updated_since"));
    return new RegistryFilter(
        cursor == null || cursor.isEmpty() ? null : Position.of(cursor),
        search == null ? "" : search.toLowerCase(Locale.ROOT),
        since,
        query.text("version"),
        since != null || flag(query, "include_deleted"));
  }

  private static @Nullable Instant since(@Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "updated_since is '" + text + "'; expected a time such as 2026-11-21T00:00:00Z", e);
    }
  }

  static boolean flag(Query query, String name) {
    return switch (query.text(name)) {
      case null -> false;
      case "true" -> true;
      case "false" -> false;
      case String other ->
          throw new IllegalArgumentException(name + " is '" + other + "'; expected true or false");
    };
  }

  /** Whether a server may have a version that is asked for. */
  boolean mayHold(ServerEntry entry) {
    return entry.name().value().toLowerCase(Locale.ROOT).contains(search)
        && (deletedToo || entry.latest() != null)
        && (updatedSince == null || !entry.updatedAt().isBefore(updatedSince));
  }

  boolean holds(ServerEntry entry, Publication each) {
    var own = each.draft().version();
    if (after != null
        && entry.name().equals(after.name())
        && own.value().compareTo(after.version()) <= 0) {
      return false;
    }
    if (version != null
        && !(version.equals("latest") ? own.equals(entry.latest()) : own.value().equals(version))) {
      return false;
    }
    return (deletedToo || each.status().lifecycle() != Lifecycle.DELETED)
        && (updatedSince == null || !each.updatedAt().isBefore(updatedSince));
  }
}
