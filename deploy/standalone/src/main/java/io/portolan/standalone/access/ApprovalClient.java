package io.portolan.standalone.access;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Fields;
import io.portolan.tenancy.TenantId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at the approvals of a data directory, and decides. Blocks; for one thread. */
public final class ApprovalClient {
  private final ApiClient api;

  public ApprovalClient(ApiClient api) {
    this.api = api;
  }

  /** An approval as it is listed; what it has not is empty. */
  public record Listed(
      String id,
      String status,
      String goodUntil,
      String principal,
      String server,
      String name,
      String risk,
      String rule,
      String arguments,
      String approver,
      String rationale) {}

  /** What a decision can be. */
  public enum Decision {
    APPROVE,
    REJECT
  }

  /** The approvals of a tenant, or those with one status. */
  public List<Listed> list(TenantId tenant, @Nullable String status)
      throws IOException, InterruptedException {
    var only = status == null ? "" : "&status=" + encoded(status);
    var page = api.get(ApprovalApi.APPROVALS + "?tenant=" + tenant + only, "{\"approvals\":[]}");
    return page.objects("approvals").stream().map(ApprovalClient::listed).toList();
  }

  /** Decides, and returns what became of it. */
  public Listed decide(TenantId tenant, String id, Decision decision, String rationale)
      throws IOException, InterruptedException {
    var body =
        new JsonWriter()
            .beginObject()
            .member("decision", decision == Decision.APPROVE ? "approve" : "reject")
            .member("rationale", rationale)
            .endObject()
            .toSlice()
            .toString();
    var target = ApprovalApi.APPROVALS + "/" + encoded(id) + "/decision?tenant=" + tenant;
    return listed(api.ask("POST", target, body));
  }

  private static Listed listed(Fields approval) {
    return new Listed(
        text(approval, "id"),
        text(approval, "status"),
        text(approval, "goodUntil"),
        text(approval, "principal"),
        text(approval, "server"),
        text(approval, "name"),
        text(approval, "risk"),
        text(approval, "rule"),
        text(approval, "arguments"),
        text(approval, "approver"),
        text(approval, "rationale"));
  }

  private static String text(Fields object, String name) {
    return Objects.requireNonNullElse(object.text(name), "");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
