package io.portolan.gateway.core.parked;

import io.portolan.gateway.core.upstream.UpstreamFailure;
import io.portolan.gateway.protocol.JsonView;
import io.portolan.gateway.protocol.Message;
import io.portolan.gateway.protocol.Slice;
import io.portolan.tenancy.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * Notifications come before the questions and the end. While a client is there they wait for it, so
 * that a slow client slows the server down; while none is there, the oldest make way. Questions that
 * come close together are asked together: no server says how many there will be.
 */

/**
 * What a server has sent for one call and its client has not been told yet. Bounded in number here
 * and in bytes over all calls. Thread-safe.
 */
public final class Mailbox {
  private static final int NOTES_MAX = 256;
  private static final int QUESTIONS_MAX = 32;
  private static final long SETTLE_NANOS = Duration.ofMillis(30).toNanos();

  /** How a call ended. */
  public sealed interface End {
    /** The server answered. */
    record Answered(Message.Answer message, int status) implements End {}

    /** There is no answer. */
    record Failed(UpstreamFailure failure) implements End {}
  }

  /** What a round does next. */
  public sealed interface Next {
    /** Tells the client something on the way. */
    record Note(Message.Notification message) implements Next {}

    /** Asks the client; the call is parked meanwhile. */
    record Ask(List<Question> questions) implements Next {}

    /** Tells the client the end. */
    record Over(End end) implements Next {}

    /** The round's deadline passed. */
    record OutOfTime() implements Next {}
  }

  /** What is to be seen of a call whose client has left and looks now and then. */
  public sealed interface Seen {
    /** The server is at work. */
    record Working() implements Seen {}

    /** The server asks the client, and may be at work besides. */
    record Asking(List<Question> questions) implements Seen {}

    /** The call is over. */
    record Over(End end) implements Seen {}
  }

  private enum Client {
    HERE,
    AWAY
  }

  private final KeptBytes kept;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // Guarded by lock. What is in notes and questions has taken its bytes of kept.
  private final Deque<Message.Notification> notes = new ArrayDeque<>();
  private final Map<String, Message.Request> questions = new LinkedHashMap<>();
  private final List<Slice> unanswered = new ArrayList<>(0); // ids of questions at the end
  private @Nullable End end;
  private int endBytes;
  private Client client = Client.HERE;
  private long lastKey;
  private long askedNanos;
  private boolean lost;

  Mailbox(KeptBytes kept) {
    this.kept = kept;
  }

  // ---- the server's side

  /** Notes that a session was lost; true the first time. */
  boolean lostOnce() {
    lock.lock();
    try {
      var isFirst = !lost;
      lost = true;
      return isFirst;
    } finally {
      lock.unlock();
    }
  }

  /** Puts a notification in, after a wait if the client is there and slow. */
  void noted(Message.Notification note) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (notes.size() >= NOTES_MAX && client == Client.HERE && end == null) {
        changed.await();
      }
      if (notes.size() >= NOTES_MAX) {
        kept.giveBack(notes.removeFirst().bytes().length());
      }
      if (end == null && kept.take(note.bytes().length())) {
        notes.addLast(note);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Puts a question in; false when there is no room for it, or nobody to ask any more. */
  boolean asked(Message.Request question) {
    lock.lock();
    try {
      if (end != null
          || questions.size() >= QUESTIONS_MAX
          || !kept.take(question.bytes().length())) {
        return false;
      }
      questions.put("q" + ++lastKey, copy(question));
      askedNanos = System.nanoTime();
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** In bytes of its own: it may wait for long, and must not hold on to a larger buffer. */
  private static Message.Request copy(Message.Request question) {
    var members = JsonView.of(Slice.of(question.bytes().toBytes()));
    return new Message.Request(
        members.object(),
        Objects.requireNonNull(members.get("id")),
        question.method(),
        members.view("params"));
  }

  /** The server does not want to know any more. */
  void takenBack(Slice id) {
    lock.lock();
    try {
      for (var question : questions.entrySet()) {
        if (question.getValue().id().equals(id)) {
          forget(question.getKey());
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says how the call ended; false when that was known already. */
  boolean end(End how) {
    lock.lock();
    try {
      if (end != null) {
        return false;
      }
      end = how;
      questions.values().forEach(question -> unanswered.add(question.id()));
      List.copyOf(questions.keySet()).forEach(this::forget);
      if (client == Client.AWAY && how instanceof End.Answered(var message, var _)) {
        endBytes = message.bytes().length();
        if (!kept.take(endBytes)) {
          endBytes = 0;
          end =
              new End.Failed(
                  new UpstreamFailure.BadAnswer("too large to be kept for a client that is away"));
        }
      }
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The ids of the questions that were open when the call ended. */
  List<Slice> unanswered() {
    lock.lock();
    try {
      return List.copyOf(unanswered);
    } finally {
      lock.unlock();
    }
  }

  // ---- the client's side

  /** Waits for what comes next, until a deadline. After {@link Next.Ask} the call is parked. */
  public Next next(Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        var note = notes.pollFirst();
        if (note != null) {
          kept.giveBack(note.bytes().length());
          changed.signalAll();
          return new Next.Note(note);
        }
        var known = end;
        if (known != null) {
          kept.giveBack(endBytes);
          endBytes = 0;
          return new Next.Over(known);
        }
        var wait = deadline.nanosLeft();
        if (!questions.isEmpty()) {
          wait = askedNanos + SETTLE_NANOS - System.nanoTime();
          if (wait <= 0) {
            return park();
          }
        } else if (wait <= 0) {
          return new Next.OutOfTime();
        }
        var _ = changed.await(wait, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private Next park() {
    client = Client.AWAY;
    changed.signalAll();
    return new Next.Ask(open());
  }

  private List<Question> open() {
    return questions.entrySet().stream()
        .map(entry -> new Question(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** The client leaves, and will look instead; false when there is an end to be told it. */
  public boolean leave() {
    lock.lock();
    try {
      if (end == null) {
        client = Client.AWAY;
        changed.signalAll();
      }
      return end == null;
    } finally {
      lock.unlock();
    }
  }

  /** How the call is doing. What only who waits would be told on the way is dropped. */
  public Seen look() {
    lock.lock();
    try {
      dropNotes();
      var known = end;
      if (known != null) {
        return new Seen.Over(known);
      }
      return questions.isEmpty() ? new Seen.Working() : new Seen.Asking(open());
    } finally {
      lock.unlock();
    }
  }

  private void dropNotes() {
    notes.forEach(note -> kept.giveBack(note.bytes().length()));
    notes.clear();
  }

  /** The client comes back. */
  public void resume() {
    lock.lock();
    try {
      client = Client.HERE;
    } finally {
      lock.unlock();
    }
  }

  /** The question with this key, which is answered now; null when there is none. */
  Message.@Nullable Request answered(String key) {
    lock.lock();
    try {
      return forget(key);
    } finally {
      lock.unlock();
    }
  }

  private Message.@Nullable Request forget(String key) {
    var question = questions.remove(key);
    if (question != null) {
      kept.giveBack(question.bytes().length());
    }
    return question;
  }

  /** Nobody will read any more. */
  public void discard() {
    lock.lock();
    try {
      dropNotes();
      List.copyOf(questions.keySet()).forEach(this::forget);
      kept.giveBack(endBytes);
      endBytes = 0;
    } finally {
      lock.unlock();
    }
  }
}
