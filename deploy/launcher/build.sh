# Builds the distribution when there is none or a source is newer. Sourced by ./portolan.

LOCK=$STATE/build.lock
LOCK_HELD=

# Prints one source that is newer than the stamp $1; the modules named after it are not looked at.
# Folders count too: a deleted file shows only in its folder's time.
newer_source() {
  local stamp=$1
  [ -f "$stamp" ] || {
    printf 'nothing built yet\n'
    return 0
  }
  find "$ROOT/pom.xml" "$ROOT/.mvn" "$ROOT/tenancy" "$ROOT/registry" "$ROOT/gateway" \
    "$ROOT/mcp-servers" "$ROOT/deploy/standalone" ${2+"$2"} \
    \( -name target -o -name node_modules -o -path '*/src/test' \) -prune -o \
    \( -name pom.xml -o -path '*/.mvn/*' -o -path '*/src/main/*' \) -newer "$stamp" -print \
    2>/dev/null | head -n 1 || true
}

# Makes sure that the distribution in $DIST is there and is not older than its sources.
ensure_built() {
  if [ "${PORTOLAN_SKIP_BUILD:-}" = 1 ]; then
    [ -d "$DIST/lib" ] || die "PORTOLAN_SKIP_BUILD=1 is set and there is no distribution in $DIST"
    return 0
  fi
  [ -n "$(newer_source "$DIST/stamp")" ] || return 0
  take_build_lock
  # Whoever held the lock before may have built just this.
  if [ -n "$(newer_source "$DIST/stamp")" ]; then
    build_modules deploy/standalone
    touch -r "$STATE/build.began" "$DIST/stamp"
    train_cache
  fi
  release_build_lock
}

# build_modules LIST: packages the modules and what they need, without their tests.
build_modules() {
  say "Building Portolan with $JDK (the first time takes some minutes)"
  : >"$STATE/build.began"
  if ! run_maven "$STATE/build.log" build package -Dmaven.test.skip -Dspotless.check.skip -pl "$1" -am; then
    release_build_lock
    say "portolan: the build failed"
    show_failure "$STATE/build.log"
    exit 1
  fi
}

# One build at a time in this folder. The lock is a directory, since making one is atomic on every
# file system; it names its owner, so that the lock of a launch that was killed does not stay.
take_build_lock() {
  local owner told=
  mkdir -p "$STATE" 2>/dev/null || die "cannot write to $STATE, which the build needs"
  until mkdir "$LOCK" 2>/dev/null; do
    owner=$(cat "$LOCK/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      break_build_lock
      continue
    fi
    [ -n "$told" ] || say "Another launch (pid ${owner:-unknown}) is building; waiting for it"
    told=1
    sleep 0.3
  done
  printf '%s\n' $$ >"$LOCK/pid"
  LOCK_HELD=1
}

# Removes a dead owner's lock. Of several that found it dead only one may: else the second would
# remove the lock that a third has just taken.
break_build_lock() {
  local owner
  mkdir "$LOCK.breaking" 2>/dev/null || {
    sleep 0.3
    return 0
  }
  owner=$(cat "$LOCK/pid" 2>/dev/null || true)
  if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then rm -rf "$LOCK"; fi
  rmdir "$LOCK.breaking"
}

release_build_lock() {
  if [ -n "$LOCK_HELD" ]; then rm -rf "$LOCK"; fi
  LOCK_HELD=
}

# A test that fails and passes when it is run again is counted as a flake in its module's closing line.
# --cassandra adds the tests on real Cassandra clusters: a hundred jars more, and Docker or a JDK 17.
run_tests() {
  local cassandra=
  if [ "${1:-}" = --cassandra ]; then
    cassandra=-Dportolan.cassandra=true
    shift
  fi
  require_jdk
  mkdir -p "$STATE"
  say "Testing Portolan with $JDK"
  if run_maven "$STATE/test.log" test --fail-at-end verify -Dportolan.e2e=true \
    -Dsurefire.rerunFailingTestsCount=1 ${cassandra:+"$cassandra"} "$@"; then
    say "All tests passed. The whole log: $STATE/test.log"
  else
    say "portolan: the tests failed"
    show_failure "$STATE/test.log"
    exit 1
  fi
}

# The store is measured beside raw SQLite, without a gateway and by a program of its own.
run_store_bench() {
  local lib=$ROOT/deploy/store-bench/target/bench stamp=$ROOT/deploy/store-bench/target/bench.stamp
  require_jdk
  if [ "${PORTOLAN_SKIP_BUILD:-}" != 1 ] && [ -n "$(newer_source "$stamp" "$ROOT/deploy/store-bench")" ]; then
    take_build_lock
    build_modules deploy/store-bench
    touch -r "$STATE/build.began" "$stamp"
    release_build_lock
  fi
  exec "$JDK/bin/java" --enable-native-access=ALL-UNNAMED -cp "$lib/lib/*" \
    io.portolan.bench.store.StoreBench "$@"
}

# So is what understands texts, beside onnxruntime and a plain read of memory.
run_inference_bench() {
  local lib=$ROOT/deploy/inference-bench/target/bench stamp=$ROOT/deploy/inference-bench/target/bench.stamp
  require_jdk
  if [ "${PORTOLAN_SKIP_BUILD:-}" != 1 ] && [ -n "$(newer_source "$stamp" "$ROOT/deploy/inference-bench")" ]; then
    take_build_lock
    build_modules deploy/inference-bench
    touch -r "$STATE/build.began" "$stamp"
    release_build_lock
  fi
  exec "$JDK/bin/java" --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector \
    -XX:+UseParallelGC -Xmx6g -cp "$lib/lib/*" io.portolan.bench.inference.InferenceBench "$@"
}

run_bench() {
  if [ "${1:-}" = store ]; then
    shift
    run_store_bench "$@"
  fi
  if [ "${1:-}" = inference ]; then
    shift
    run_inference_bench "$@"
  fi
  local stamp=$ROOT/deploy/bench/target/bench.stamp
  require_jdk
  if [ "${PORTOLAN_SKIP_BUILD:-}" != 1 ] && [ -n "$(newer_source "$stamp" "$ROOT/deploy/bench")" ]; then
    take_build_lock
    build_modules deploy/standalone,deploy/bench
    touch -r "$STATE/build.began" "$DIST/stamp" "$stamp"
    train_cache
    release_build_lock
  fi
  export PORTOLAN_SKIP_BUILD=1 JAVA_HOME=$JDK
  exec "$JDK/bin/java" -cp "$ROOT/deploy/bench/target/bench/lib/*" io.portolan.bench.Main "$@"
}
