package io.portolan.standalone.registry;

import io.portolan.gateway.core.edge.RequestHeaders;
import io.portolan.gateway.http.Identity;
import io.portolan.gateway.http.Pages;
import io.portolan.gateway.protocol.Slice;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Fields;
import io.portolan.standalone.api.Gatekeeper;
import io.portolan.standalone.api.ManagementApi;
import io.portolan.standalone.api.Sender;
import io.portolan.tenancy.AuditEvent;
import io.portolan.tenancy.AuditLog;
import io.portolan.tenancy.Deadline;
import io.portolan.tenancy.TenantId;
import io.portolan.tenancy.Tenants;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Endpoints, asked without a server by whoever is said to ask. */
final class AskedApi {
  private final ManagementApi management;
  private Sender sender = new Sender.Administrator();

  AskedApi(List<Endpoint> endpoints) {
    management =
        new ManagementApi(
            endpoints,
            new ManagementApi.Doors(_ -> new Gatekeeper.Known(sender), Tenants.ALL),
            new Unread(),
            Clock.systemUTC());
  }

  /** Who asks from now on. */
  void as(Sender other) {
    sender = other;
  }

  /** An answer. */
  record Told(int status, List<String> headers, String body) {
    Fields fields() {
      return Fields.parse(body);
    }

    String header(String name) {
      return headers.stream()
          .filter(header -> header.startsWith(name + ": "))
          .map(header -> header.substring(name.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  Told ask(String method, String target, String body) throws InterruptedException {
    return ask(method, target, body, "");
  }

  /**
   * Asks for what may be known already.
   *
   * @param known the tag of what is known; empty for nothing
   */
  Told ask(String method, String target, String body, String known) throws InterruptedException {
    var question = target.indexOf('?');
    var asked =
        new Identity.Asked(
            question < 0 ? target : target.substring(0, question),
            question < 0 ? "" : target.substring(question + 1),
            new Known(known));
    var page = management.answer(new Pages.Visit(method, asked, Slice.utf8(body))).orElseThrow();
    var text = new StringBuilder();
    for (var part : page.json().parts()) {
      text.append(new String(part.array(), part.from(), part.length(), StandardCharsets.UTF_8));
    }
    var headers = page.headers().stream().map(each -> each.name() + ": " + each.value()).toList();
    return new Told(page.status(), headers, text.toString());
  }

  /** No headers but one. */
  private record Known(String tag) implements RequestHeaders {
    @Override
    public @Nullable String first(String name) {
      return name.equals("If-None-Match") && !tag.isEmpty() ? tag : null;
    }

    @Override
    public int count(String name) {
      return first(name) == null ? 0 : 1;
    }

    @Override
    public void eachWithPrefix(String lowerCasePrefix, BiConsumer<String, String> action) {}
  }

  private static final class Unread implements AuditLog {
    @Override
    public Before before(AuditEvent event, Deadline deadline) {
      return new Before.Recorded();
    }

    @Override
    public Handed after(AuditEvent event) {
      return Handed.ACCEPTED;
    }

    @Override
    public String inputHash(TenantId tenant, byte[] json, int from, int until) {
      return "";
    }
  }
}
