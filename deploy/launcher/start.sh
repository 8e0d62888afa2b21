# Starts the JVM, from an ahead-of-time cache when there is one. Sourced by ./portolan.

MAIN=io.portolan.standalone.Main

# The jars in a fixed order: an ahead-of-time cache is valid for one class path only.
class_path() {
  local jar path=
  local LC_ALL=C
  for jar in "$DIST"/lib/*.jar; do path=$path:$jar; done
  printf '%s' "${path#:}"
}

# Sets JVM to the options every start shares; the cache is made with the same.
jvm_options() {
  JVM=(-XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    # The JVM's own warnings would go to stdout, which is the bridge's wire. Those of the cache
    # are of no use: it is optional.
    -Xlog:disable "-Xlog:all=warning,aot*=off,cds*=off:stderr"
    "-Dportolan.root=$ROOT" "-Dportolan.commit=$(commit)")
  # A collector chosen by the user replaces ours: two are an error, and the cache fits only ours.
  case " ${PORTOLAN_JAVA_OPTS:-} " in
    *" -XX:+Use"*"GC "*) OWN_COLLECTOR=1 ;;
    *)
      OWN_COLLECTOR=
      # The JVM's own choice of a young generation grows past a hundred MiB, which every process
      # would hold; a smaller one than this collects too often when results are large.
      JVM=(-XX:+UseParallelGC -Xmn64m "${JVM[@]}")
      ;;
  esac
}

# Vector instructions for what understands tools. Whoever only asks something does without, because
# the JVM says on stderr that it has the module, and nothing can make it keep that to itself.
vector_options() {
  VECTOR=()
  case $1 in
    up) if grep -q 'jdk\.incubator\.vector' "$JDK/release" 2>/dev/null; then
      VECTOR=(--add-modules=jdk.incubator.vector)
    fi ;;
  esac
}

# A cache is valid for one JDK build, one build of ours, and one set of modules.
cache_file() {
  local key
  vector_options "$1"
  key=$({
    cat "$DIST/stamp" "$JDK/release"
    printf '%s' "$DIST"
  } 2>/dev/null | cksum | tr -d ' ')
  printf '%s' "$STATE/aot/$key${VECTOR[0]+-vector}.aot"
}

is_trained() {
  [ -f "$1" ] || [ -f "$1.failed" ]
}

# Makes the caches from training runs: one for up, and one for all else where that differs. They save
# time and are never needed: a failure is only noted.
train_cache() {
  [ "${PORTOLAN_AOT:-}" != off ] || return 0
  jvm_options
  [ -z "$OWN_COLLECTOR" ] || return 0
  if is_trained "$(cache_file up)"; then return 0; fi
  say "Preparing the start-up cache"
  rm -rf "$STATE/aot" "$STATE"/training.*
  train_one up
  if [ "$(cache_file up)" != "$(cache_file else)" ]; then train_one else; fi
}

train_one() {
  local cache work=$STATE/training.$$
  vector_options "$1"
  cache=$(cache_file "$1")
  mkdir -p "$STATE/aot" "$work"
  if "$JDK/bin/java" "${JVM[@]}" ${VECTOR[@]+"${VECTOR[@]}"} -XX:AOTCacheOutput="$work/cache.aot" \
    -cp "$(class_path)" $MAIN train "$work" >"$STATE/train.log" 2>&1 </dev/null &&
    [ -f "$work/cache.aot" ]; then
    mv "$work/cache.aot" "$cache"
  else
    : >"$cache.failed"
    say "No start-up cache this time: starts are slower, nothing else (see $STATE/train.log)"
  fi
  rm -rf "$work"
}

ensure_trained() {
  if [ "${PORTOLAN_AOT:-}" = off ] || is_trained "$(cache_file up)"; then return 0; fi
  take_build_lock
  train_cache
  release_build_lock
}

launch() {
  local command=$1 cache extra=()
  shift
  require_jdk
  ensure_built
  jvm_options
  # Built by Maven alone, or started with another JDK: then there is none yet.
  if [ "$command" = up ] && [ "${PORTOLAN_SKIP_BUILD:-}" != 1 ]; then ensure_trained; fi
  vector_options "$command"
  cache=$(cache_file "$command")
  if [ "${PORTOLAN_AOT:-}" != off ] && [ -z "$OWN_COLLECTOR" ] && [ -f "$cache" ]; then
    # A cache that does not fit is passed over in silence, and the JVM starts without.
    extra=(-XX:AOTCache="$cache" -XX:AOTMode=auto)
  fi
  # PORTOLAN_JAVA_OPTS is a list of words by contract.
  # shellcheck disable=SC2086
  exec "$JDK/bin/java" "${JVM[@]}" ${VECTOR[@]+"${VECTOR[@]}"} ${extra[@]+"${extra[@]}"} ${PORTOLAN_JAVA_OPTS:-} \
    -cp "$(class_path)" $MAIN "$command" "$@"
}

# A server to federate that needs nothing but what is here. It does little and
# starts often, which the first compiler alone suits.
run_everything() {
  require_jdk
  ensure_built
  exec "$JDK/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Xlog:disable "-Xlog:all=warning:stderr" \
    -cp "$(class_path)" io.portolan.mcp.everything.Main "$@"
}

# The JDK comes first, without needing one; the rest is the program's own report.
run_doctor() {
  find_jdk
  if [ -z "$JDK" ]; then
    explain_jdk
    exit 1
  fi
  PORTOLAN_AOT=off launch doctor "$@"
}

commit() {
  local id
  id=$(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null) || return 0
  printf '%s' "$id"
}

print_version() {
  local version id
  version=$(sed -n 's/^  <version>\(.*\)<\/version>.*/\1/p' "$ROOT/pom.xml" | head -n 1)
  id=$(commit)
  find_jdk
  printf 'portolan %s%s\n' "$version" "${id:+ ($id)}"
  if [ -n "$JDK" ]; then
    printf 'JDK %s at %s\n' "$(sed -n 's/^JAVA_VERSION="\{0,1\}\([^"]*\).*/\1/p' "$JDK/release" | head -n 1)" "$JDK"
  else
    printf 'JDK none of version %s or newer found\n' "$JDK_MINIMUM"
  fi
}
