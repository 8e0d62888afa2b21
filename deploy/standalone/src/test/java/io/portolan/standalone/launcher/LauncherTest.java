package io.portolan.standalone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
@SuppressWarnings("NullAway.Init")
class LauncherTest {
  @TempDir Path folder;

  private Checkout checkout;

  @BeforeEach
  void makeCheckout() throws IOException {
    checkout = new Checkout(folder);
    checkout.set("PORTOLAN_AOT", "off");
  }

  @Test
  void javaHomeIsTriedFirst() throws Exception {
    var wanted = checkout.jdk(folder.resolve("mine"), "25.0.1");
    checkout.jdk(checkout.jvm().resolve("other"), "26");
    checkout.set("JAVA_HOME", wanted.toString());
    assertThat(checkout.run("up").status()).isZero();
    assertThat(checkout.javaCalls())
        .singleElement()
        .asString()
        .startsWith(wanted.toRealPath() + "/bin/java ");
  }

  @Test
  void aJdkThatIsTooOldIsPassedOver() throws Exception {
    var old = checkout.jdk(folder.resolve("old"), "17.0.15");
    checkout.jdk(checkout.jvm().resolve("java-8"), "1.8.0_402");
    var wanted = checkout.jdk(checkout.jvm().resolve("temurin-25"), "25-ea");
    checkout.set("JAVA_HOME", old.toString());
    assertThat(checkout.run("up").status()).isZero();
    assertThat(checkout.javaCalls())
        .singleElement()
        .asString()
        .contains(wanted.getFileName().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".sdkman/candidates/java/25-tem",
        ".jabba/jdk/temurin@25",
        ".asdf/installs/java/temurin-25",
        ".local/share/mise/installs/java/25",
        ".jenv/versions/25",
        ".jdks/temurin-25",
        ".gradle/jdks/temurin-25",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home"
      })
  void eachVersionManagerIsLookedInto(String place) throws Exception {
    checkout.jdk(checkout.home().resolve(place), "25.0.3");
    assertThat(checkout.run("up").status()).isZero();
  }

  @Test
  void theJavaOnPathIsFollowedThroughItsLinks() throws Exception {
    var jdk = checkout.jdk(folder.resolve("real"), "25");
    Files.createSymbolicLink(checkout.bin().resolve("java"), jdk.resolve("bin/java"));
    assertThat(checkout.run("up").status()).isZero();
    assertThat(checkout.javaCalls()).singleElement().asString().contains("/real/bin/java");
  }

  @Test
  void theShimOfAVersionManagerIsAsked() throws Exception {
    var jdk = checkout.jdk(folder.resolve("managed"), "25");
    checkout.script(
        checkout.bin().resolve("java"),
        "#!/usr/bin/env bash\necho '    java.home = " + jdk + "' >&2\n");
    assertThat(checkout.run("up").status()).isZero();
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    checkout.jdk(checkout.jvm().resolve("java-21"), "21.0.2");
    checkout.set("JAVA_HOME", folder.resolve("nowhere").toString());
    var ended = checkout.run("up");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .contains(
            "needs a JDK of version 25 or newer",
            "JAVA_HOME is " + folder.resolve("nowhere"),
            "java-21 (version 21)",
            "Install one of:");
    assertThat(checkout.mavenCalls()).isEmpty();
  }

  @Test
  void itBuildsOnFirstUseAndOnlyThen() throws Exception {
    jdk();
    var first = checkout.run("up");
    assertThat(first.err()).contains("Building Portolan", "[2/3] gateway :: core");
    assertThat(first.out()).as("stdout is the program's").isEqualTo("the program's output\n");
    var second = checkout.run("up");
    assertThat(second.err()).isEmpty();
    assertThat(checkout.mavenCalls())
        .singleElement()
        .asString()
        .contains("package", "-Dmaven.test.skip", "-pl deploy/standalone", "-am");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway/core/src/main/java/A.java",
        "gateway/core/src/main/java/New.java",
        "tenancy/core/pom.xml",
        "pom.xml",
        ".mvn/jvm.config"
      })
  void aNewerSourceIsBuilt(String path) throws Exception {
    jdk();
    checkout.run("up");
    checkout.change(path);
    checkout.run("up");
    assertThat(checkout.mavenCalls()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway/core/src/test/java/ATest.java",
        "gateway/core/target/classes/A.class",
        "deploy/bench/src/main/java/B.java",
        "README.md"
      })
  void whatIsNotPartOfTheDistributionIsNotLookedAt(String path) throws Exception {
    jdk();
    checkout.run("up");
    checkout.change(path);
    checkout.run("up");
    assertThat(checkout.mavenCalls()).hasSize(1);
  }

  @Test
  void buildingCanBeSkipped() throws Exception {
    jdk();
    checkout.set("PORTOLAN_SKIP_BUILD", "1");
    var missing = checkout.run("up");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("no distribution");
    Checkout.write(checkout.root().resolve("deploy/standalone/target/portolan/lib/a.jar"), "");
    checkout.change("pom.xml");
    assertThat(checkout.run("up").status()).isZero();
    assertThat(checkout.mavenCalls()).isEmpty();
  }

  @Test
  void twoLaunchesAtOnceBuildOnce() throws Exception {
    jdk();
    var gate = folder.resolve("gate");
    checkout.maven(
        """
        until [ -e %s ]; do sleep 0.05; done
        mkdir -p deploy/standalone/target/portolan/lib
        : > deploy/standalone/target/portolan/stamp
        : > deploy/standalone/target/portolan/lib/a.jar
        """
            .formatted(gate));
    var first = checkout.start("up");
    awaitExists(checkout.root().resolve(".portolan/build.lock/pid"));
    var second = checkout.start("up");
    awaitTrue(() -> checkout.errOf(second).contains("is building; waiting"));
    Checkout.write(gate, "");
    assertThat(checkout.await(first).status()).isZero();
    assertThat(checkout.await(second).status()).isZero();
    assertThat(checkout.mavenCalls()).hasSize(1);
    assertThat(checkout.javaCalls()).hasSize(2);
  }

  @Test
  void theLockOfALaunchThatWasKilledIsTakenOver() throws Exception {
    jdk();
    var gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Checkout.write(checkout.root().resolve(".portolan/build.lock/pid"), gone.pid() + "\n");
    assertThat(checkout.run("up").status()).isZero();
    assertThat(checkout.root().resolve(".portolan/build.lock")).doesNotExist();
  }

  @Test
  void aFailedBuildShowsItsErrorsAndCanBeRepeated() throws Exception {
    jdk();
    checkout.maven(
        """
        echo "[INFO] Building Portolan :: gateway :: core 9.8.7   [2/3]"
        echo "[ERROR] A.java:[3,7] cannot find symbol"
        echo "[ERROR] Re-run Maven using the -X switch"
        exit 1
        """);
    var ended = checkout.run("up");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err())
        .contains("the build failed", "A.java:[3,7] cannot find symbol", ".portolan/build.log")
        .doesNotContain("Re-run Maven");
    assertThat(checkout.javaCalls()).isEmpty();
    checkout.run("up");
    assertThat(checkout.mavenCalls()).hasSize(2);
  }

  @Test
  void aSignalDuringTheBuildStopsMavenAndFreesTheLock() throws Exception {
    jdk();
    checkout.maven("echo $$ > maven.pid\nexec sleep 600\n");
    var launch = checkout.start("up");
    var pidFile = checkout.root().resolve("maven.pid");
    awaitExists(pidFile);
    awaitTrue(() -> !Files.readString(pidFile).isBlank());
    var maven = ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).orElseThrow();
    launch.destroy();
    assertThat(checkout.await(launch).status()).isEqualTo(143);
    awaitTrue(() -> !maven.isAlive());
    assertThat(checkout.root().resolve(".portolan/build.lock")).doesNotExist();
  }

  @Test
  void theJvmIsStartedInPlaceOfTheLauncher() throws Exception {
    checkout.jdk(checkout.jvm().resolve("jdk"), "25", "echo $$\n");
    var launch = checkout.start("up");
    var pid = launch.pid();
    assertThat(checkout.await(launch).out()).isEqualTo(pid + "\n");
  }

  @Test
  void theClassPathIsSortedAndArgumentsArePassedOn() throws Exception {
    jdk();
    checkout.run("up", "--mcp-json", "a file.json", "--port", "0");
    var lib = checkout.root().resolve("deploy/standalone/target/portolan/lib");
    assertThat(checkout.javaCalls())
        .singleElement()
        .asString()
        .contains(
            "-XX:+UseParallelGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp %1$s/B.jar:%1$s/a-10.jar:%1$s/a-2.jar:%1$s/b.jar ".formatted(lib),
            "io.portolan.standalone.Main up --mcp-json a file.json --port 0");
  }

  @Test
  void theUsersJvmOptionsComeLastAndTheirCollectorReplacesOurs() throws Exception {
    jdk();
    checkout.set("PORTOLAN_JAVA_OPTS", "-Xmx64m -XX:+UseSerialGC");
    checkout.run("up");
    assertThat(checkout.javaCalls())
        .singleElement()
        .asString()
        .contains("-Xmx64m -XX:+UseSerialGC -cp")
        .doesNotContain("UseParallelGC");
  }

  @Test
  void theStartUpCacheIsMadeOnceAndUsed() throws Exception {
    jdk();
    checkout.set("PORTOLAN_AOT", "on");
    checkout.run("up");
    checkout.run("up");
    var calls = checkout.javaCalls();
    assertThat(calls).hasSize(3);
    assertThat(calls.get(0)).contains("-XX:AOTCacheOutput=", "Main train ");
    assertThat(calls.get(1)).contains("-XX:AOTCache=", "Main up");
    assertThat(calls.get(2)).isEqualTo(calls.get(1));
    assertThat(checkout.root().resolve(".portolan"))
        .isDirectoryNotContaining(file -> file.getFileName().toString().startsWith("training."));
  }

  @Test
  void anotherJdkGetsACacheOfItsOwn() throws Exception {
    jdk();
    checkout.set("PORTOLAN_AOT", "on");
    checkout.run("up");
    checkout.jdk(checkout.jvm().resolve("jdk"), "25.0.9");
    checkout.run("up");
    assertThat(checkout.mavenCalls()).hasSize(1);
    assertThat(checkout.javaCalls()).filteredOn(call -> call.contains("Main train")).hasSize(2);
  }

  @Test
  void aTrainingThatFailsOnlyCostsTheCache() throws Exception {
    checkout.jdk(
        checkout.jvm().resolve("jdk"), "25", "case $* in *' train '*) exit 1 ;; esac\necho up\n");
    checkout.set("PORTOLAN_AOT", "on");
    var first = checkout.run("up");
    assertThat(first.status()).isZero();
    assertThat(first.out()).isEqualTo("up\n");
    assertThat(first.err()).contains("No start-up cache this time");
    checkout.run("up");
    assertThat(checkout.javaCalls())
        .as("it is not tried at each start")
        .filteredOn(call -> call.contains("Main train"))
        .hasSize(1);
    assertThat(checkout.javaCalls()).noneMatch(call -> call.contains("-XX:AOTCache="));
  }

  @Test
  void theTestsClosingLinesAreShown() throws Exception {
    jdk();
    checkout.maven(
        """
        echo "[INFO] Building Portolan :: gateway :: core 9.8.7   [2/3]"
        echo "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in io.FooTest"
        echo "SKIPPED: Node.js cannot be had"
        echo "         install Node.js 22"
        echo "[INFO] Nothing of interest"
        echo "  nor this"
        echo "[WARNING] Tests run: 41, Failures: 0, Errors: 0, Skipped: 2"
        """);
    var ended = checkout.run("test", "-pl", "gateway/core");
    assertThat(ended.status()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            SKIPPED: Node.js cannot be had
                     install Node.js 22
            [WARNING] Tests run: 41, Failures: 0, Errors: 0, Skipped: 2
            """);
    assertThat(ended.err()).contains("[2/3] gateway :: core", "All tests passed");
    assertThat(checkout.mavenCalls())
        .singleElement()
        .asString()
        .endsWith(
            "verify -Dportolan.e2e=true -Dsurefire.rerunFailingTestsCount=1 -pl gateway/core");
  }

  @Test
  void theClustersAreAskedForByTheFirstArgument() throws Exception {
    jdk();
    checkout.maven("echo done");

    assertThat(checkout.run("test", "--cassandra", "-pl", "x").status()).isZero();

    assertThat(checkout.mavenCalls())
        .singleElement()
        .asString()
        .endsWith(" -Dportolan.cassandra=true -pl x")
        .doesNotContain("--cassandra");
  }

  @Test
  void aFailedTestFailsTheCommand() throws Exception {
    jdk();
    checkout.maven(
        """
        echo "[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.1 s <<< FAILURE! -- in io.FooTest"
        echo "[ERROR]   FooTest.holds:12 expected 1 but was 2"
        echo "[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0"
        exit 1
        """);
    var ended = checkout.run("test");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out())
        .contains("Tests run: 3, Failures: 1, Errors: 0, Skipped: 0\n", "io.FooTest");
    assertThat(ended.err()).contains("FooTest.holds:12 expected 1 but was 2");
  }

  @Test
  void itWorksThroughALink() throws Exception {
    jdk();
    var link =
        Files.createSymbolicLink(folder.resolve("link"), checkout.root().resolve("portolan"));
    assertThat(checkout.await(checkout.start(link, "up")).status()).isZero();
  }

  @Test
  void theVersionNeedsNeitherABuildNorAJdk() throws Exception {
    var ended = checkout.run("version");
    assertThat(ended.status()).isZero();
    assertThat(ended.out()).startsWith("portolan 9.8.7").contains("none of version 25");
    assertThat(checkout.mavenCalls()).isEmpty();
  }

  @Test
  void theDemonstrationServerIsStartedFromTheDistribution() throws Exception {
    jdk();
    assertThat(checkout.run("everything", "--stdio").out()).isEqualTo("the program's output\n");
    assertThat(checkout.javaCalls())
        .singleElement()
        .asString()
        .contains("/lib/b.jar io.portolan.mcp.everything.Main --stdio");
  }

  @Test
  void anUnknownCommandIsNamed() throws Exception {
    var ended = checkout.run("sail");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.err()).contains("unknown command 'sail'", "Usage: ./portolan");
  }

  private void jdk() throws IOException {
    checkout.jdk(checkout.jvm().resolve("jdk"), "25.0.3");
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void awaitExists(Path file) throws Exception {
    awaitTrue(() -> Files.exists(file));
  }

  private static void awaitTrue(Condition condition) throws Exception {
    var deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.holds()) {
      assertThat(Instant.now()).isBefore(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
