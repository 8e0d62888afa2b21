package io.portolan.tenancy.store.embedded;

import io.portolan.tenancy.store.StoreDamagedException;
import io.portolan.tenancy.store.StoreUnavailableException;
import io.portolan.tenancy.store.StoreUnavailableException.Effect;
import java.sql.SQLException;
import org.sqlite.SQLiteException;

/** What SQLite's error codes mean for a caller. */
final class Sqlite {
  private static final int CODE_MASK = 0xff;

  private Sqlite() {}

  static boolean full(SQLException failure) {
    return (failure.getErrorCode() & CODE_MASK) == 13;
  }

  /**
   * Whether the index of the log, which is shared memory in a file, found no room. The log itself
   * holds the commit then, unless the next one overwrites it.
   */
  static boolean noRoomForIndex(SQLException failure) {
    return failure instanceof SQLiteException e
        && switch (e.getResultCode()) {
          case SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHMMAP -> true;
          default -> false;
        };
  }

  static boolean damaged(SQLException failure) {
    var code = failure.getErrorCode() & CODE_MASK;
    return code == 11 || code == 26; // SQLITE_CORRUPT, SQLITE_NOTADB
  }

  static boolean notWritable(SQLException failure) {
    var code = failure.getErrorCode() & CODE_MASK;
    return code == 8 || code == 14; // SQLITE_READONLY, SQLITE_CANTOPEN
  }

  /** What a caller is told; {@code effect} is known from where it failed. */
  static RuntimeException toCaller(SQLException failure, Effect effect) {
    if (damaged(failure)) {
      return new StoreDamagedException("the store's file is damaged", failure);
    }
    return new StoreUnavailableException(
        effect, full(failure) ? "the disk is full" : "the store's file cannot be used", failure);
  }
}
