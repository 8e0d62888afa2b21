package io.portolan.tenancy.store;

import java.util.Optional;

/**
 * The tables of one tenant, for the time of one call. Neither a table nor a row names a tenant, so
 * that an operation without one, or on another's data, cannot be written.
 *
 * <p>All methods may be called by many threads and block, at most until the call's deadline. They
 * throw {@link StoreUnavailableException} when the engine cannot answer, never an empty or stale
 * success instead, {@link StoreDamagedException} when what is stored is not what was written, and
 * {@link IllegalArgumentException} for what is past a bound of {@link Limits}.
 */
public interface TenantStore {
  /** The row with this key, unless its time to live is over. */
  <C extends Record, R extends Record> Optional<R> get(Partition<C, R> partition, C key)
      throws InterruptedException;

  /**
   * A page of a partition's rows, in the order of their keys.
   *
   * @throws IllegalArgumentException also when the slice's token is not from this tenant, partition
   *     and slice
   */
  <C extends Record, R extends Record> Page<R> slice(Partition<C, R> partition, Slice<C> slice)
      throws InterruptedException;

  /** Writes a whole row, over whatever was there. Repeating it is safe. */
  <C extends Record, R extends Record> void put(QuorumPartition<C, R> partition, R row)
      throws InterruptedException;

  /** Deletes a row, if it is there. Repeating it is safe. */
  <C extends Record, R extends Record> void delete(QuorumPartition<C, R> partition, C key)
      throws InterruptedException;

  /** The static columns of a partition; empty when none were written or their time is over. */
  <C extends Record, R extends Record, S extends Record> Optional<S> statics(
      SerialPartition<C, R, S> partition) throws InterruptedException;

  /**
   * Writes a whole batch if, and only if, all its conditions hold. Linearizable for one partition.
   * Committing a batch again is safe after any outcome: as long as something of it is still in
   * place, the answer is {@link CommitOutcome.Applied}, and nothing is written twice.
   */
  <C extends Record, R extends Record, S extends Record> CommitOutcome<R, S> commit(
      Batch<C, R, S> batch) throws InterruptedException;
}
