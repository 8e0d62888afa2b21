package io.portolan.gateway.http.access;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that starts anew when it has reached its size, keeping the two before it. Each write goes
 * to one file as a whole. Used by one thread at a time.
 */
final class RotatingFile extends OutputStream {
  private static final long BYTES_MAX = 64L << 20;

  private final Path file;
  private final long bytesMax;
  private OutputStream current;
  private long size;

  private RotatingFile(Path file, long bytesMax) throws IOException {
    this.file = file;
    this.bytesMax = bytesMax;
    this.current = Files.newOutputStream(file, CREATE, WRITE, APPEND);
    this.size = Files.size(file);
  }

  static RotatingFile open(Path file) throws IOException {
    return open(file, BYTES_MAX);
  }

  static RotatingFile open(Path file, long bytesMax) throws IOException {
    return new RotatingFile(file, bytesMax);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (size > 0 && size + length > bytesMax) {
      rotate();
    }
    current.write(bytes, from, length);
    size += length;
  }

  private void rotate() throws IOException {
    current.close();
    if (Files.exists(numbered(1))) {
      Files.move(numbered(1), numbered(2), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    current = Files.newOutputStream(file, CREATE, WRITE, APPEND);
    size = 0;
  }

  private Path numbered(int age) {
    return file.resolveSibling(file.getFileName() + "." + age);
  }

  @Override
  public void flush() throws IOException {
    current.flush();
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
