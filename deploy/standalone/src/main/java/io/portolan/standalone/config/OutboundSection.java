package io.portolan.standalone.config;

import io.portolan.standalone.document.Findings;
import io.portolan.tenancy.outbound.AddressBlock;
import io.portolan.tenancy.outbound.OutboundRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the section {@code outbound}: where servers may be that others than the operator register.
 */
final class OutboundSection {
  private OutboundSection() {}

  static OutboundRules of(Settings settings, Findings findings) {
    var networks = new ArrayList<AddressBlock>();
    for (var text : settings.texts("networks")) {
      try {
        networks.add(AddressBlock.of(text));
      } catch (IllegalArgumentException e) {
        findings.problem(
            settings.at(), "'networks' is wrong: " + e.getMessage(), "10.0.0.0/8, say");
      }
    }
    var ports = new HashSet<Integer>();
    for (var text : settings.texts("ports")) {
      if (text.matches("\\d{1,5}")) {
        ports.add(Integer.valueOf(text));
      } else {
        findings.problem(settings.at(), "'ports' holds '" + text + "'", "numbers from 1 to 65535");
      }
    }
    var origins = Set.copyOf(settings.texts("origins"));
    var usual = settings.member("ports").isEmpty();
    settings.rejectUnknown();
    try {
      return new OutboundRules(usual ? OutboundRules.DEFAULT.ports() : ports, origins, networks);
    } catch (IllegalArgumentException e) {
      findings.problem(
          settings.at(),
          "the section outbound is wrong: " + e.getMessage(),
          "origins such as http://localhost:9000");
      return OutboundRules.DEFAULT;
    }
  }
}
