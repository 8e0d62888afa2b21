package io.portolan.bench.trouble;

import java.util.Locale;

/** In which way a server misbehaves once it is called; until then it is well. */
public enum IllWay {
  /** Accepts no connection any more. */
  REFUSES,
  /** Takes the call and says nothing. */
  HANGS,
  /** Sends half of its answer and nothing more. */
  HANGS_MID_BODY,
  /** Sends its answer at a byte a second. */
  DRIPS,
  /** Resets the connection inside an event. */
  RESETS,
  /** Answers 500. */
  ERRORS,
  /** Answers 429 and asks to wait. */
  THROTTLES,
  /** Answers with 128 MiB, which is over the gateway's limit. */
  FLOODS;

  /** The name of the server that is ill in this way. */
  public String server() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
