package io.portolan.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/**
 * Which Portolan this is.
 *
 * @param version as in the build
 * @param commit the short id of the source's commit; empty when it is not known
 */
record BuildInfo(String version, String commit) {
  /** Of this process. The launcher knows the commit. */
  static BuildInfo current() {
    var properties = new Properties();
    try (var in = BuildInfo.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading build.properties from the jar", e);
    }
    return new BuildInfo(
        properties.getProperty("version", "unknown"), System.getProperty("portolan.commit", ""));
  }

  @Override
  public String toString() {
    return "portolan " + version + (commit.isEmpty() ? "" : " (" + commit + ")");
  }

  /** Answers {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        current().toString(), "JDK " + Runtime.version() + " at " + System.getProperty("java.home")
      };
    }
  }
}
