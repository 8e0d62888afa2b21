package io.portolan.tenancy.audit;

import java.nio.file.Path;

/** The process that gets killed: records events and says on stdout how many are durable. */
final class KilledAuditWriter {
  private KilledAuditWriter() {}

  /** Arguments: the store's directory. */
  public static void main(String[] args) throws Exception {
    var log = Chains.log(Chains.open(Path.of(args[0])), Chains.settings());
    for (int i = 1; ; i++) {
      var _ = log.after(Chains.event(Chains.ACME, i));
      Chains.require(log.before(Chains.event(Chains.ACME, i), Chains.soon()));
      System.out.println(2 * i);
      System.out.flush();
    }
  }
}
