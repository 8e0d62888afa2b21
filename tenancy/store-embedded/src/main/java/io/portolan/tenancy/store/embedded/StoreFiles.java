package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.Schema;
import io.portolan.tenancy.store.embedded.StoreRefusedException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;

/**
 * What an operator does with a store's files: check, back up, restore, migrate. Checking and
 * backing up work while a process has the store open, and do not disturb it. All methods block, for
 * as long as it takes to read the store.
 */
public final class StoreFiles {
  private final DataDirectory directory;

  /** The store in {@code directory}, which may not exist. */
  public StoreFiles(Path directory) {
    this.directory = new DataDirectory(directory.toAbsolutePath());
  }

  /**
   * What was looked at.
   *
   * @param format of the file
   * @param problems one sentence each; none when every row is what was written
   */
  public record Report(int format, int tables, long rows, List<String> problems) {
    public Report {
      problems = List.copyOf(problems);
    }
  }

  /** Whether there is a store. */
  public boolean exist() {
    return directory.hasStore();
  }

  /** The format that this build writes. */
  public static int formatOfThisBuild() {
    return Format.CURRENT.version();
  }

  /**
   * Reads all of the store, and changes nothing.
   *
   * @throws StoreRefusedException when there is none, or it cannot be read
   */
  public Report check() throws StoreRefusedException {
    requireStore();
    return withFileAtRest(
        () -> {
          try (var connection = Connection.reader(directory.file())) {
            return report(connection, directory.file());
          } catch (SQLException e) {
            throw new Opening(directory, Format.CURRENT).refused(e);
          }
        });
  }

  /**
   * Writes a consistent copy of the store, as of some moment during the call, and checks it.
   *
   * @param target a file that is not there yet
   * @throws StoreRefusedException when there is no store, the target is there or cannot be written,
   *     or the copy is damaged, which means that the store is
   */
  public Report backup(Path target) throws StoreRefusedException {
    requireStore();
    if (Files.exists(target)) {
      throw new StoreRefusedException(
          Reason.WRONG_PLACE, target + " is there already, and is not overwritten");
    }
    var part = target.resolveSibling(target.getFileName() + ".part");
    return withFileAtRest(() -> backup(target, part));
  }

  private Report backup(Path target, Path part) throws StoreRefusedException {
    try {
      Files.deleteIfExists(part);
      try (var connection = Connection.reader(directory.file())) {
        Format.CURRENT.require(connection, directory.file());
        connection.update("VACUUM INTO ?", List.of(part.toString()));
      }
      return published(part, target);
    } catch (SQLException e) {
      throw new Opening(directory, Format.CURRENT).refused(e);
    } catch (IOException e) {
      throw notWritten(target, e);
    }
  }

  /**
   * Makes the store from a backup, which is checked first.
   *
   * @throws StoreRefusedException when there is a store already, the backup is damaged or none, or
   *     the directory cannot be written
   */
  public Report restore(Path backup) throws StoreRefusedException {
    if (!Files.isRegularFile(backup)) {
      throw new StoreRefusedException(Reason.WRONG_PLACE, "there is no file " + backup);
    }
    try (var _ = directory.lock()) {
      if (directory.hasStore() || Files.exists(directory.log())) {
        throw new StoreRefusedException(
            Reason.WRONG_PLACE,
            directory.path() + " has a store already, which is not overwritten");
      }
      var part = directory.path().resolve("store.db.part");
      Files.copy(backup, part, StandardCopyOption.REPLACE_EXISTING);
      return published(part, directory.file());
    } catch (IOException e) {
      throw notWritten(directory.file(), e);
    }
  }

  /**
   * Opens the store once, which makes what is missing of it and brings it to this build's format,
   * and closes it.
   *
   * @throws StoreRefusedException as {@link EmbeddedStore#open}
   */
  public Report migrate(Schema schema) throws StoreRefusedException {
    EmbeddedStore.open(directory.path(), schema, InstantSource.system()).close();
    return check();
  }

  private interface Reading<T> {
    T read() throws StoreRefusedException;
  }

  /**
   * With the lock when nobody has it: then a killed process may have left a log, which is looked at
   * before SQLite reads it. Who holds the lock has done so.
   */
  private <T> T withFileAtRest(Reading<T> reading) throws StoreRefusedException {
    DataDirectory.Lock lock;
    try {
      lock = directory.lock();
    } catch (StoreRefusedException e) {
      if (e.reason() != Reason.IN_USE) {
        throw e;
      }
      return reading.read();
    }
    try (lock) {
      new Opening(directory, Format.CURRENT).requireLog();
      return reading.read();
    }
  }

  private void requireStore() throws StoreRefusedException {
    if (!directory.hasStore()) {
      throw new StoreRefusedException(
          Reason.WRONG_PLACE, "there is no store in " + directory.path());
    }
  }

  /** Checks a finished copy and gives it its name, so that no half one ever has it. */
  private static Report published(Path part, Path target)
      throws IOException, StoreRefusedException {
    Report report;
    try (var connection = Connection.reader(part)) {
      report = report(connection, part);
    } catch (SQLException e) {
      Files.deleteIfExists(part);
      throw new StoreRefusedException(
          Reason.DAMAGED, "the copy cannot be read: " + e.getMessage(), e);
    }
    if (!report.problems().isEmpty()) {
      Files.deleteIfExists(part);
      throw new StoreRefusedException(
          Reason.DAMAGED, "the copy is damaged: " + report.problems().getFirst());
    }
    try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    return report;
  }

  private static Report report(Connection connection, Path file)
      throws SQLException, StoreRefusedException {
    var findings = Integrity.check(connection);
    var format = findings.problems().isEmpty() ? Format.CURRENT.require(connection, file) : 0;
    return new Report(format, findings.tables(), findings.rows(), findings.problems());
  }

  private static StoreRefusedException notWritten(Path target, IOException e) {
    return new StoreRefusedException(
        Reason.NOT_WRITABLE, target + " cannot be written (" + e + ")", e);
  }
}
