package io.portolan.gateway.core.relay;

import io.portolan.gateway.protocol.JsonList;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Slice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks {@code subscriptions/listen} for.
 *
 * @param tools whether it wants to hear that tools changed
 * @param prompts whether it wants to hear that prompts changed
 * @param resources whether it wants to hear that the lists of resources changed
 * @param uris resources whose updates it wants to hear of
 */
record SubscriptionFilter(boolean tools, boolean prompts, boolean resources, List<String> uris) {
  /** More are not honoured, which the acknowledgement shows. */
  static final int URIS_MAX = 1_000;

  SubscriptionFilter {
    uris = List.copyOf(uris);
  }

  /** Reads {@code params.notifications}; empty when it is missing or not an object. */
  static Optional<SubscriptionFilter> read(@Nullable JsonView params) {
    var wanted = params == null ? null : params.view("notifications");
    if (wanted == null) {
      return Optional.empty();
    }
    return Optional.of(
        new SubscriptionFilter(
            isTrue(wanted, "toolsListChanged"),
            isTrue(wanted, "promptsListChanged"),
            isTrue(wanted, "resourcesListChanged"),
            uris(wanted.get("resourceSubscriptions"))));
  }

  private static List<String> uris(@Nullable Slice array) {
    if (array == null || !array.isArray()) {
      return List.of();
    }
    var uris = new LinkedHashSet<String>();
    for (var uri : JsonList.items(array)) {
      if (uri.isString() && uris.size() < URIS_MAX) {
        uris.add(uri.string());
      }
    }
    return List.copyOf(uris);
  }

  private static boolean isTrue(JsonView wanted, String name) {
    var value = wanted.get(name);
    return value != null && value.is("true");
  }

  /** The same with other resources. */
  SubscriptionFilter with(List<String> otherUris) {
    return new SubscriptionFilter(tools, prompts, resources, otherUris);
  }
}
