package io.portolan.tenancy.approval;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of an approval.
 *
 * @param id names it within its tenant
 * @param status how far it got
 * @param goodUntil when a pending one can be decided at the latest, an approved one be used, or a
 *     rejected action be asked for again
 * @param requested who wants to do what
 * @param decision who decided; null while nobody has
 */
public record Approval(
    String id, Status status, Instant goodUntil, Requested requested, @Nullable Decision decision) {

  /** How far an approval got. */
  public enum Status {
    PENDING,
    APPROVED,
    REJECTED,
    /** The one call it was good for was made. */
    USED,
    /** It was not decided, or not used, in time. */
    EXPIRED;

    /** In lower case, as the API has it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Who wants to do what.
   *
   * @param principal the caller's subject
   * @param credential {@link io.portolan.tenancy.Caller#credential}
   * @param itemKind tool, resource, prompt and so on
   * @param action the server's own name of it
   * @param risk L0 to L3
   * @param rule the rule that asks for the approval
   * @param argumentsSha256 of the exact bytes, in hexadecimal digits
   * @param arguments the exact JSON; empty for none
   * @param at when it was asked for
   */
  public record Requested(
      String principal,
      String credential,
      String itemKind,
      String server,
      String action,
      String risk,
      String rule,
      String argumentsSha256,
      String arguments,
      Instant at) {}

  /**
   * Who decided.
   *
   * @param role the role by which the approver may
   * @param rationale why; may be empty
   */
  public record Decision(String approver, String role, String rationale, Instant at) {}
}
