package io.portolan.standalone;

/** How the process ends. */
final class ExitCode {
  static final int OK = 0;

  /** It could not start, or failed later. */
  static final int FAILED = 1;

  /** The command line or a configuration file is wrong; nothing was started. */
  static final int WRONG_INPUT = 2;

  private ExitCode() {}
}
