# Runs Maven with its progress shown and its whole output kept in a log. Sourced by ./portolan.

MAVEN_PID=
MAVEN_PIPE=

# run_maven LOG SHOW ARGS...: SHOW is "build" (the module under way) or "test" (also each module's
# closing line of the tests). Returns Maven's exit status.
run_maven() {
  local log=$1 show=$2 status=0 reader
  shift 2
  mkdir -p "$STATE"
  MAVEN_PIPE=$STATE/maven.$$.pipe
  rm -f "$MAVEN_PIPE"
  mkfifo "$MAVEN_PIPE"
  # Maven runs in the background, so that a signal to the launcher is seen at once and passed on.
  trap 'stop_maven 130' INT
  trap 'stop_maven 143' TERM HUP
  show_progress "$log" "$show" <"$MAVEN_PIPE" &
  reader=$!
  (
    cd "$ROOT"
    export JAVA_HOME=$JDK
    exec ./mvnw -B -Dstyle.color=never "$@"
  ) >"$MAVEN_PIPE" 2>&1 </dev/null &
  MAVEN_PID=$!
  wait "$MAVEN_PID" || status=$?
  wait "$reader" || true
  MAVEN_PID=
  rm -f "$MAVEN_PIPE"
  trap - INT TERM HUP
  return "$status"
}

stop_maven() {
  trap '' INT TERM HUP
  if [ -n "$MAVEN_PID" ]; then
    kill -TERM "$MAVEN_PID" 2>/dev/null || true
    wait "$MAVEN_PID" 2>/dev/null || true
  fi
  rm -f "$MAVEN_PIPE"
  release_build_lock
  say ""
  say "portolan: stopped"
  exit "$1"
}

# Reads Maven's output, keeps it, and shows what a person wants to know while it runs.
show_progress() {
  local log=$1 show=$2 line module="preparing" downloads=0 said= tty=
  [ -t 2 ] && tty=1
  SECONDS=0
  trap '' INT TERM HUP # ends when Maven does
  exec 3>"$log"
  while IFS= read -r line; do
    printf '%s\n' "$line" >&3
    case $line in
      "[INFO] Building "*"["*/*"]")
        module=$(module_line "$line")
        [ -n "$tty" ] || say "$module"
        ;;
      *"Downloaded from "*)
        downloads=$((downloads + 1))
        if [ -z "$tty" ] && [ $((downloads % 100)) -eq 0 ]; then
          say "        $downloads files downloaded"
        fi
        ;;
      *"Tests run: "*" -- in "* | *"Tests run: "*"Time elapsed"*)
        case $line in *"FAILURE!"* | *"ERROR!"*) test_line "$show" "$line" "$tty" ;; esac
        ;;
      *"Tests run: "*) test_line "$show" "$line" "$tty" ;;
      # What tests say to people: a suite's score, or what was skipped and, below it, what would help.
      "SKIPPED: "* | "conformance "*)
        test_line "$show" "$line" "$tty"
        said=1
        ;;
      "  "*) [ -z "$said" ] || test_line "$show" "$line" "$tty" ;;
      *) said= ;;
    esac
    if [ -n "$tty" ]; then status_line "$module" "$downloads"; fi
  done
  if [ -n "$tty" ]; then printf '\r\033[K' >&2; fi
}

# "[INFO] Building Portolan :: gateway :: core 0.1.0-SNAPSHOT   [4/12]" as "[4/12] gateway :: core"
module_line() {
  local line=${1#"[INFO] Building "} count
  count=${line##*"["}
  line=${line%% [0-9]*}
  printf '[%s %s' "$count" "${line#Portolan :: }"
}

test_line() {
  [ "$1" = test ] || return 0
  if [ -n "$3" ]; then printf '\r\033[K' >&2; fi
  printf '%s\n' "$2"
}

status_line() {
  local text="$1 · ${SECONDS}s"
  if [ "$2" -gt 0 ]; then text="$text · $2 files downloaded"; fi
  printf '\r\033[K%s' "$text" >&2
}

# What went wrong, out of a log: Maven's errors, or its end when it names none.
show_failure() {
  local errors
  errors=$(grep -E '^\[ERROR\]|^\[FATAL\]|^\[WARNING\] [^ ]*\.java:' "$1" | grep -vE '^\[ERROR\] *$|Re-run Maven|\[Help 1\]|For more information' | head -n 40 || true)
  if [ -n "$errors" ]; then say "$errors"; else tail -n 30 "$1" >&2; fi
  say ""
  say "The whole log: $1"
}
