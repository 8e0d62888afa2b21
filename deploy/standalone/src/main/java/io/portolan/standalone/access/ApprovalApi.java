package io.portolan.standalone.access;

import static io.portolan.tenancy.TenantRole.ADMIN;
import static io.portolan.tenancy.TenantRole.APPROVER;
import static io.portolan.tenancy.TenantRole.AUDITOR;
import static io.portolan.tenancy.TenantRole.OWNER;

import io.portolan.gateway.protocol.JsonWriter;
import io.portolan.standalone.api.Answer;
import io.portolan.standalone.api.ApiRequest;
import io.portolan.standalone.api.Endpoint;
import io.portolan.standalone.api.Sender;
import io.portolan.standalone.api.Who;
import io.portolan.tenancy.TenantRole;
import io.portolan.tenancy.approval.Approval;
import io.portolan.tenancy.approval.Approval.Status;
import io.portolan.tenancy.approval.StoredApprovals;
import io.portolan.tenancy.approval.StoredApprovals.Decided;
import io.portolan.tenancy.approval.StoredApprovals.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/approvals}: shows what waits for somebody's approval, with the exact arguments,
 * and takes decisions. Thread-safe; blocks on the store.
 */
final class ApprovalApi {
  static final String APPROVALS = "/api/v1/approvals";

  /** By which role somebody decides, the first that they have. */
  private static final List<TenantRole> DECIDING = List.of(APPROVER, ADMIN, OWNER);

  private static final Answer UNKNOWN = Answer.notFound("The tenant has no such approval");

  private final StoredApprovals approvals;

  ApprovalApi(StoredApprovals approvals) {
    this.approvals = approvals;
  }

  List<Endpoint> endpoints() {
    var readers = Who.member(APPROVER, OWNER, ADMIN, AUDITOR);
    return List.of(
        Endpoint.get(APPROVALS, readers, this::list),
        Endpoint.get(APPROVALS + "/{id}", readers, this::show),
        Endpoint.post(
            APPROVALS + "/{id}/decision", Who.member(APPROVER, OWNER, ADMIN), this::decide));
  }

  private Answer list(ApiRequest request) throws InterruptedException {
    var status = status(request.query().text("status"));
    var found = approvals.list(request.tenant(), status, request.deadline());
    return Answer.ok(
        json -> {
          json.name("approvals").beginArray();
          for (var approval : found) {
            json.beginObject();
            write(json, approval);
            json.endObject();
          }
          json.endArray();
        });
  }

  private static @Nullable Status status(@Nullable String label) {
    if (label == null) {
      return null;
    }
    for (var status : Status.values()) {
      if (status.label().equals(label)) {
        return status;
      }
    }
    var labels = Arrays.stream(Status.values()).map(Status::label).toList();
    throw new IllegalArgumentException("status is '" + label + "'; expected one of " + labels);
  }

  private Answer show(ApiRequest request) throws InterruptedException {
    return approvals
        .find(request.tenant(), request.path("id"), request.deadline())
        .map(approval -> Answer.ok(json -> write(json, approval)))
        .orElse(UNKNOWN);
  }

  private Answer decide(ApiRequest request) throws InterruptedException {
    var body = request.json().only("decision", "rationale");
    var decision = body.required("decision");
    var status =
        switch (decision) {
          case "approve" -> Status.APPROVED;
          case "reject" -> Status.REJECTED;
          default ->
              throw new IllegalArgumentException(
                  "decision is '" + decision + "'; expected approve or reject");
        };
    var rationale = Objects.requireNonNullElse(body.text("rationale"), "");
    var approver = request.sender().in(request.tenant()).principal().subject();
    var verdict = new Verdict(approver, role(request.sender()), status, rationale);
    return switch (approvals.decide(
        request.tenant(), request.path("id"), verdict, request.deadline())) {
      case Decided.Done(var approval) -> Answer.ok(json -> write(json, approval));
      case Decided.Unknown() -> UNKNOWN;
      case Decided.Over(var is) ->
          Answer.error(409, "It is " + is.label() + "; only what is pending can be decided");
      case Decided.OwnRequest() ->
          Answer.error(403, "Whoever asks for an approval cannot give it; ask somebody else");
    };
  }

  private static String role(Sender sender) {
    return switch (sender) {
      case Sender.Administrator() -> "administrator";
      case Sender.Member(var caller) ->
          DECIDING.stream()
              .map(TenantRole::label)
              .filter(caller.roles()::contains)
              .findFirst()
              .orElseThrow();
    };
  }

  private static void write(JsonWriter json, Approval approval) {
    var requested = approval.requested();
    json.member("id", approval.id())
        .member("status", approval.status().label())
        .member("goodUntil", approval.goodUntil().toString())
        .member("principal", requested.principal())
        .member("credential", requested.credential())
        .member("server", requested.server())
        .member("kind", requested.itemKind())
        .member("name", requested.action())
        .member("risk", requested.risk())
        .member("rule", requested.rule())
        .member("argumentsSha256", requested.argumentsSha256())
        .member("arguments", requested.arguments())
        .member("requestedAt", requested.at().toString());
    var decision = approval.decision();
    if (decision != null) {
      json.member("approver", decision.approver())
          .member("approverRole", decision.role())
          .member("rationale", decision.rationale())
          .member("decidedAt", decision.at().toString());
    }
  }
}
