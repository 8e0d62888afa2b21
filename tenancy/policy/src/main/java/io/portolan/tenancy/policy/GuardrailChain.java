package io.portolan.tenancy.policy;

import io.portolan.tenancy.access.Placeholders;
import io.portolan.tenancy.access.Screening;
import io.portolan.tenancy.policy.guardrail.Filter.Finding;
import java.util.List;

/** Guardrails that look at a text one after the other; each sees what those before it left. */
final class GuardrailChain implements Screening {
  private static final System.Logger LOG = System.getLogger(GuardrailChain.class.getName());
  private static final Verdict CLEAN = new Verdict.Clean();

  private final List<Guardrail> guardrails;

  GuardrailChain(List<Guardrail> guardrails) {
    this.guardrails = List.copyOf(guardrails);
  }

  @Override
  public boolean passesUnseen() {
    return guardrails.stream()
        .allMatch(guardrail -> guardrail.action() == Guardrail.Action.OBSERVE);
  }

  @Override
  public Verdict screen(String text, Placeholders placeholders) {
    var left = text;
    for (var guardrail : guardrails) {
      var found = guardrail.filter().find(left);
      if (found.isEmpty()) {
        continue;
      }
      switch (guardrail.action()) {
        case OBSERVE ->
            LOG.log(
                System.Logger.Level.INFO,
                "guardrail {0} found {1}",
                guardrail.name(),
                found.getFirst().type());
        case REDACT -> left = replaced(left, found, (_, kind) -> "[" + kind + "]");
        case PLACEHOLDER -> left = replaced(left, found, standIn(placeholders));
        case RESTORE -> left = replaced(left, found, restored(placeholders));
        case REFUSE -> {
          return new Verdict.Refused(guardrail.name(), found.getFirst().type());
        }
      }
    }
    return left.equals(text) ? CLEAN : new Verdict.Redacted(left);
  }

  /** What takes the place of a text of a kind. */
  @FunctionalInterface
  private interface Replacement {
    String of(String text, String kind);
  }

  private static Replacement standIn(Placeholders placeholders) {
    return (text, kind) -> {
      var placeholder = placeholders.of(kind, text);
      return placeholder == null ? "[" + kind + "]" : placeholder;
    };
  }

  /** What is not the tenant's own stays as it is: it may be a text like any other. */
  private static Replacement restored(Placeholders placeholders) {
    return (placeholder, _) -> {
      var text = placeholders.text(placeholder);
      return text == null ? placeholder : text;
    };
  }

  private static String replaced(String text, List<Finding> found, Replacement replacement) {
    var replaced = new StringBuilder(text.length());
    var at = 0;
    for (var finding : found) {
      replaced
          .append(text, at, finding.from())
          .append(replacement.of(text.substring(finding.from(), finding.to()), finding.type()));
      at = finding.to();
    }
    return replaced.append(text, at, text.length()).toString();
  }
}
