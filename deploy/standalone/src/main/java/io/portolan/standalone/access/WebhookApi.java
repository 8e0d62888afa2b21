package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.auth.upstream.SafeFetch;
import io.portolan.tenancy.webhook.EventType;
import io.portolan.tenancy.webhook.Webhook;
import io.portolan.tenancy.webhook.Webhooks;
import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code /api/v1/tenants/{tenant}/webhooks}: who is told what happens to a tenant. The operator's,
 * as they bring the gateway to send something. Thread-safe; blocks on the store.
 */
final class WebhookApi {
  static final String WEBHOOKS = TenantApi.TENANT + "/webhooks";

  private final Webhooks webhooks;
  private final SafeFetch fetch;

  /**
   * @param fetch says where a webhook may be
   */
  WebhookApi(Webhooks webhooks, SafeFetch fetch) {
    this.webhooks = webhooks;
    this.fetch = fetch;
  }

  List<Endpoint> endpoints() {
    var administrator = Who.administrator();
    return List.of(
        Endpoint.get(WEBHOOKS, administrator, this::list),
        Endpoint.post(WEBHOOKS, administrator, this::add),
        Endpoint.delete(WEBHOOKS + "/{id}", administrator, this::remove));
  }

  private Answer list(ApiRequest request) {
    return Answer.ok(
        json -> {
          json.name("webhooks").beginArray();
          for (var webhook : webhooks.list(request.tenant())) {
            json.beginObject();
            write(json, webhook);
            json.endObject();
          }
          json.endArray();
        });
  }

  private Answer add(ApiRequest request) throws InterruptedException {
    var body = request.json().only("url", "events");
    var url = URI.create(body.required("url"));
    try {
      fetch.require(url);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "url is " + url + ", which is not asked: " + e.getMessage(), e);
    }
    var all = EnumSet.allOf(EventType.class);
    var named = body.words("events", Set.of());
    var events = named.isEmpty() ? all : events(named);
    return switch (webhooks.add(request.tenant(), url, events, request.deadline())) {
      case Webhooks.Added.Done(var webhook, var secret) ->
          Answer.created(
              json -> {
                write(json, webhook);
                json.member("secret", secret);
              });
      case Webhooks.Added.Full(var max) ->
          Answer.error(409, "The tenant has " + max + " webhooks, which is all it may have");
    };
  }

  private static Set<EventType> events(Set<String> labels) {
    var events = EnumSet.noneOf(EventType.class);
    for (var label : labels) {
      events.add(
          EventType.of(label)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "events names '" + label + "'; expected some of " + known())));
    }
    return events;
  }

  private static String known() {
    return Stream.of(EventType.values()).map(EventType::label).collect(Collectors.joining(", "));
  }

  private Answer remove(ApiRequest request) throws InterruptedException {
    return webhooks.remove(request.tenant(), request.path("id"), request.deadline())
        ? Answer.ok(json -> json.member("removed", true))
        : Answer.notFound("The tenant has no such webhook");
  }

  private static void write(JsonWriter json, Webhook webhook) {
    json.member("id", webhook.id()).member("url", webhook.url().toString());
    KeyJson.list(json, "events", webhook.events().stream().map(EventType::label).toList());
    json.member("createdAt", webhook.createdAt().toString());
  }
}
