package io.portolan.tenancy.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export is verified by what is in it, with nothing of ours. */
@SuppressWarnings("NullAway.Init")
class ChainExportTest {
  private static final Pattern EVENT =
      Pattern.compile("\\{\"event\":(.*),\"hash\":\"([0-9a-f]{64})\"}");
  private static final Pattern CHECKPOINT =
      Pattern.compile(
          "\\{\"checkpoint\":\\{\"tenant_id\":\"(.*?)\",\"shard\":\"(.*?)\",\"seq\":(\\d+),"
              + "\"hash\":\"(.*?)\",\"at\":\"(.*?)\",\"key_id\":\".*?\",\"signature\":\"(.*?)\"}}");

  @TempDir private Path directory;

  @Test
  void anExportIsVerifiedByItsDescription() throws Exception {
    try (var store = Chains.open(directory)) {
      Chains.write(store, Chains.ACME, 12);
      var lines = Chains.export(store, Chains.ACME);
      var key =
          KeyFactory.getInstance("Ed25519")
              .generatePublic(
                  new X509EncodedKeySpec(
                      Base64.getDecoder()
                          .decode(lines.get(0).replaceAll(".*\"public_key\":\"(.*?)\".*", "$1"))));
      assertThat(lines.get(1)).isEqualTo("{\"shard\":\"gateway\"}");
      var hash = sha256("portolan-audit/1\nacme\ngateway".getBytes(StandardCharsets.UTF_8));
      var events = 0;
      var checkpoints = 0;
      for (var line : lines.subList(2, lines.size())) {
        var event = EVENT.matcher(line);
        if (event.matches()) {
          hash = sha256(hash, event.group(1).getBytes(StandardCharsets.UTF_8));
          assertThat(HexFormat.of().formatHex(hash)).isEqualTo(event.group(2));
          events++;
        } else {
          var signed = CHECKPOINT.matcher(line);
          assertThat(signed.matches()).as(line).isTrue();
          var statement =
              "portolan-audit/1 checkpoint\n%s\n%s\n%s\n%s\n%s"
                  .formatted(
                      signed.group(1),
                      signed.group(2),
                      signed.group(3),
                      HexFormat.of().formatHex(hash),
                      signed.group(5));
          var check = Signature.getInstance("Ed25519");
          check.initVerify(key);
          check.update(statement.getBytes(StandardCharsets.UTF_8));
          assertThat(check.verify(Base64.getDecoder().decode(signed.group(6)))).isTrue();
          checkpoints++;
        }
      }
      assertThat(events).isEqualTo(12);
      assertThat(checkpoints).as("after ten records and at the end").isEqualTo(2);
    }
  }

  private static byte[] sha256(byte[]... parts) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    for (var part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
