package io.portolan.bench.trouble;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** In which way a server misbehaves once it is called; until then it is well. */
public enum IllWay {
  /** Accepts no connection any more. */
  REFUSES(Reached.HTTP),
  /** Lets connections wait for ever. */
  HANGS_ON_CONNECT(Reached.HTTP),
  /** Takes the call and says nothing. */
  HANGS(Reached.HTTP),
  /** Sends half of its answer and nothing more. */
  HANGS_MID_BODY(Reached.HTTP),
  /** Sends its answer at a byte a second. */
  DRIPS(Reached.HTTP),
  /** Resets the connection inside an event. */
  RESETS(Reached.HTTP),
  /** Answers 500. */
  ERRORS(Reached.HTTP),
  /** Answers 429 and asks to wait. */
  THROTTLES(Reached.HTTP),
  /** Answers with 1 GiB, which is over the gateway's limit. */
  FLOODS(Reached.HTTP),
  /** Answers with an event of 1 GiB. */
  FLOODS_AN_EVENT(Reached.HTTP),
  /** Tells of progress that nobody asked for, without an end. */
  CHATTERS(Reached.HTTP),
  /** Answers with arrays within arrays, a hundred thousand deep. */
  NESTS(Reached.HTTP),
  /** Answers with bytes that are no UTF-8. */
  GARBLES(Reached.HTTP),
  /** Answers a call that nobody made. */
  MISTAKES_THE_CALL(Reached.HTTP),
  /** Lists tools on pages without an end, from the start. */
  LISTS_FOR_EVER(Reached.HTTP),
  /** Is a child process that ends when it is called. */
  EXITS(Reached.CHILD),
  /** Is a child process that floods its standard error. */
  SPAMS_STDERR(Reached.CHILD),
  /** Is a child process that floods its standard output with lines that are no messages. */
  WRITES_GARBAGE(Reached.CHILD),
  /** Is a child process that writes a line without an end. */
  ENDLESS_LINE(Reached.CHILD);

  /** How the gateway reaches a server. */
  private enum Reached {
    HTTP,
    CHILD
  }

  private final Reached reached;

  IllWay(Reached reached) {
    this.reached = reached;
  }

  /** The ways of servers behind a URL. */
  public static List<IllWay> ofHttpServers() {
    return reachedBy(Reached.HTTP);
  }

  /** The ways of child processes. */
  public static List<IllWay> ofChildren() {
    return reachedBy(Reached.CHILD);
  }

  private static List<IllWay> reachedBy(Reached reached) {
    return Arrays.stream(values()).filter(way -> way.reached == reached).toList();
  }

  /** The name of the server that is ill in this way. */
  public String server() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
