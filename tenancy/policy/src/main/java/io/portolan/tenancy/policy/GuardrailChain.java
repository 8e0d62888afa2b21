package io.portolan.tenancy.policy;

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
  public Verdict screen(String text) {
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
        case REDACT -> left = redacted(left, found);
        case REFUSE -> {
          return new Verdict.Refused(guardrail.name(), found.getFirst().type());
        }
      }
    }
    return left.equals(text) ? CLEAN : new Verdict.Redacted(left);
  }

  private static String redacted(String text, List<Finding> found) {
    var redacted = new StringBuilder(text.length());
    var at = 0;
    for (var finding : found) {
      redacted.append(text, at, finding.from()).append('[').append(finding.type()).append(']');
      at = finding.to();
    }
    return redacted.append(text, at, text.length()).toString();
  }
}
