package io.portolan.tenancy.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a paging token is written: what it belongs to, hashed, and the last key of the page. Not
 * secret and not authenticated: a forged one reads rows of the same tenant and partition at most.
 */
final class TokenForm {
  private static final int OWNER_BYTES = 12;

  /** No key is longer; a longer token is not ours. */
  private static final int TOKEN_CHARS_MAX = 64 << 10;

  private final List<Column> key;
  private final byte[] owner;

  TokenForm(List<Column> key, String identity) {
    this.key = key;
    this.owner = hash(identity);
  }

  private static byte[] hash(String identity) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return Arrays.copyOf(digest.digest(identity.getBytes(StandardCharsets.UTF_8)), OWNER_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  String write(List<@Nullable Object> row) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.write(owner);
      for (int i = 0; i < key.size(); i++) {
        write(row.get(i), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  private static void write(@Nullable Object value, DataOutputStream out) throws IOException {
    switch (value) {
      case String text -> out.writeUTF(text);
      case Long number -> out.writeLong(number);
      case Integer number -> out.writeInt(number);
      case Instant instant -> out.writeLong(instant.toEpochMilli());
      case UUID id -> {
        out.writeLong(id.getMostSignificantBits());
        out.writeLong(id.getLeastSignificantBits());
      }
      case Bytes content -> {
        out.writeShort(content.length());
        out.write(content.toArray());
      }
      case null, default -> throw new IllegalStateException("no key holds " + value);
    }
  }

  List<Object> read(String token) {
    if (token.length() > TOKEN_CHARS_MAX) {
      throw refused(null);
    }
    try (var in =
        new DataInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(token)))) {
      if (!Arrays.equals(in.readNBytes(OWNER_BYTES), owner)) {
        throw refused(null);
      }
      var values = new ArrayList<Object>();
      for (var column : key) {
        values.add(read(column.type(), in));
      }
      if (in.read() >= 0) {
        throw refused(null);
      }
      return values;
    } catch (IOException | IllegalArgumentException e) {
      throw refused(e);
    }
  }

  private static Object read(ColumnType type, DataInputStream in) throws IOException {
    return switch (type) {
      case TEXT -> in.readUTF();
      case BIGINT -> in.readLong();
      case INT -> in.readInt();
      case TIMESTAMP -> Instant.ofEpochMilli(in.readLong());
      case UUID -> new UUID(in.readLong(), in.readLong());
      case BLOB -> Bytes.of(readBlob(in));
      case BOOLEAN, DOUBLE -> throw new IllegalStateException("no key holds " + type);
    };
  }

  private static byte[] readBlob(DataInputStream in) throws IOException {
    var content = new byte[in.readUnsignedShort()];
    in.readFully(content);
    return content;
  }

  private static IllegalArgumentException refused(@Nullable Exception cause) {
    return new IllegalArgumentException("the paging token is not from a page of this slice", cause);
  }
}
