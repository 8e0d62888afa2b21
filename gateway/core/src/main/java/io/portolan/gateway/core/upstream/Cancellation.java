package io.portolan.gateway.core.upstream;

import org.jspecify.annotations.Nullable;

/**
 * Lets one thread give up what another is blocked in. The blocked side registers what ends its wait
 * (close a connection, say); cancelling runs it once. Thread-safe.
 */
public final class Cancellation {
  // Invariant: once cancelled, action is null for good and every action offered later runs at once.
  private @Nullable Runnable action;
  private boolean cancelled;
  private boolean barred;

  /** Gives up: runs the registered action on this thread, now or as soon as there is one. */
  public void cancel() {
    Runnable due;
    synchronized (this) {
      cancelled = true;
      due = action;
      action = null;
    }
    if (due != null) {
      due.run();
    }
  }

  /** The same because the caller is let in no more, and not by its own wish. */
  public void bar() {
    synchronized (this) {
      barred = !cancelled;
    }
    cancel();
  }

  /** Registers what ends the wait, in place of what was registered before. */
  public void onCancel(Runnable newAction) {
    synchronized (this) {
      if (!cancelled) {
        action = newAction;
        return;
      }
    }
    newAction.run();
  }

  /** Forgets the registered action: the wait is over. */
  public synchronized void done() {
    action = null;
  }

  /** Whether the work was given up because its caller is let in no more. */
  public synchronized boolean isBarred() {
    return barred;
  }

  /** Whether the work was given up. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }
}
