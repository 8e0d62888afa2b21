package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a store's files lie. The lock is the operating system's: it ends with the process that
 * holds it, however that ends, so that no lock stays behind.
 */
record DataDirectory(Path path) {
  /** The database. */
  Path file() {
    return path.resolve("store.db");
  }

  /** SQLite's write-ahead log, beside the file while it is open and after a kill. */
  Path log() {
    return path.resolve("store.db-wal");
  }

  /** Whether there is a store. */
  boolean hasStore() {
    return Files.exists(file());
  }

  /** Takes the directory for this process; makes it if need be. */
  Lock lock() throws StoreRefusedException {
    FileChannel channel;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(
              path.resolve("store.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new StoreRefusedException(
          Reason.NOT_WRITABLE,
          "the data directory " + path + " cannot be written (" + e + "); choose another",
          e);
    }
    try {
      if (channel.tryLock() == null) {
        throw inUse(channel);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)),
          0);
      return new Lock(channel);
    } catch (OverlappingFileLockException _) {
      throw inUse(channel);
    } catch (IOException e) {
      closed(channel);
      throw new StoreRefusedException(
          Reason.NOT_WRITABLE, "the lock in " + path + " cannot be written (" + e + ")", e);
    }
  }

  private StoreRefusedException inUse(FileChannel channel) {
    var holder = holder(channel);
    closed(channel);
    return new StoreRefusedException(
        Reason.IN_USE,
        "the store in "
            + path
            + " is in use"
            + (holder.isEmpty() ? "" : " by process " + holder)
            + "; stop it, or choose another data directory");
  }

  private static String holder(FileChannel channel) {
    try {
      var text = ByteBuffer.allocate(20);
      channel.read(text, 0);
      return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8)
          .replaceAll("[^0-9]", "");
    } catch (IOException _) {
      return ""; // Only the message is poorer.
    }
  }

  private static void closed(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // A lock file that cannot be closed holds nothing that anybody waits for.
    }
  }

  /** Holds the directory until it is closed, or the process ends. */
  record Lock(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      closed(channel);
    }
  }
}
