package io.portolan.gateway.core.parked;

import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Principal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a {@code requestState} says, once it is opened.
 *
 * @param kind what a retry has to do
 * @param tenant whose call it is
 * @param subject whose call it is
 * @param owner the process that holds the call
 * @param call the call there; 0 when none is held
 * @param digest of the request that has to be repeated
 * @param expiresMillis when it ends, in milliseconds since the epoch
 */
record CallState(
    Kind kind,
    String tenant,
    String subject,
    long owner,
    long call,
    Slice digest,
    long expiresMillis) {

  /** What a retry has to do. */
  enum Kind {
    /** Go on with a call that waits. */
    GO_ON,
    /** Make the call again: the server refused it until its user has done something. */
    CALL_AGAIN,
    /** Nothing: it names a task, which its client asks for. */
    TASK
  }

  boolean isOf(Principal principal) {
    return tenant.equals(principal.tenant().value()) && subject.equals(principal.subject());
  }

  byte[] encode() {
    var bytes = new ByteArrayOutputStream(160);
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(kind.name());
      out.writeUTF(tenant);
      out.writeUTF(subject);
      out.writeLong(owner);
      out.writeLong(call);
      out.writeLong(expiresMillis);
      digest.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #encode} wrote; the bytes are known to be ours. */
  static CallState decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var kind = Kind.valueOf(in.readUTF());
      var tenant = in.readUTF();
      var subject = in.readUTF();
      var owner = in.readLong();
      var call = in.readLong();
      var expiresMillis = in.readLong();
      var digest = Slice.of(in.readAllBytes());
      return new CallState(kind, tenant, subject, owner, call, digest, expiresMillis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
