# Finds a JDK of 25 or newer. Sourced by ./portolan; sets JDK, the home directory of the one chosen.
# A JDK says its version in its file "release", so looking at many costs no process each.

JDK_MINIMUM=25

# The major version of the JDK at $1, or nothing when there is no complete JDK.
jdk_major() {
  local version
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1)
  printf '%s' "$version"
}

# The home of the java on PATH: through its links, or, when that is a version manager's shim, by
# asking it.
jdk_of_path() {
  local java home
  java=$(command -v java 2>/dev/null) || return 0
  home=$(dirname "$(dirname "$(portolan_script "$java")")")
  if [ -r "$home/release" ]; then
    printf '%s' "$home"
    return 0
  fi
  "$java" -XshowSettings:properties -version 2>&1 </dev/null |
    sed -n 's/^ *java\.home = //p' | head -n 1 || true
}

# Every place a JDK may be, in the order of preference, one a line.
jdk_candidates() {
  local dir
  if [ -n "${JAVA_HOME:-}" ]; then printf '%s\n' "$JAVA_HOME"; fi
  jdk_of_path
  printf '\n'
  # PORTOLAN_JDK_ROOTS replaces the system's folders (a list with colons).
  if [ -n "${PORTOLAN_JDK_ROOTS+set}" ]; then
    local IFS=:
    for dir in $PORTOLAN_JDK_ROOTS; do jdk_children "$dir"; done
    unset IFS
  else
    for dir in /usr/lib/jvm /usr/lib64/jvm /usr/java /opt /opt/java /usr/local \
      /Library/Java/JavaVirtualMachines; do
      jdk_children "$dir"
    done
    for dir in /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk* \
      /home/linuxbrew/.linuxbrew/opt/openjdk*; do
      printf '%s\n' "$dir" "$dir/libexec/openjdk.jdk/Contents/Home"
    done
  fi
  [ -n "${HOME:-}" ] || return 0
  for dir in .sdkman/candidates/java .jabba/jdk .asdf/installs/java \
    .local/share/mise/installs/java .jenv/versions .jdks .gradle/jdks \
    .cache/coursier/jvm Library/Java/JavaVirtualMachines; do
    jdk_children "$HOME/$dir"
  done
}

jdk_children() {
  local child
  for child in "$1"/*; do
    [ -d "$child" ] || continue
    printf '%s\n' "$child"
    if [ -d "$child/Contents/Home" ]; then printf '%s\n' "$child/Contents/Home"; fi
  done
  return 0
}

# Sets JDK to the first that is new enough; leaves it empty, and JDK_SEEN says what was found, else.
find_jdk() {
  local home major
  JDK=
  JDK_SEEN=
  while IFS= read -r home; do
    [ -n "$home" ] || continue
    major=$(jdk_major "$home")
    [ -n "$major" ] || continue
    if [ "$major" -ge "$JDK_MINIMUM" ]; then
      JDK=$(cd "$home" && pwd -P)
      return 0
    fi
    case "
$JDK_SEEN" in
      *"
  $home "*) ;;
      *) JDK_SEEN="$JDK_SEEN  $home (version $major)
" ;;
    esac
  done <<LIST
$(jdk_candidates)
LIST
  return 0
}

require_jdk() {
  find_jdk
  [ -n "$JDK" ] && return 0
  explain_jdk >&2
  exit 1
}

explain_jdk() {
  printf 'portolan: needs a JDK of version %s or newer, and found none.\n' "$JDK_MINIMUM"
  if [ -n "${JAVA_HOME:-}" ] && [ -z "$(jdk_major "$JAVA_HOME")" ]; then
    printf 'JAVA_HOME is %s, which is no complete JDK (bin/java, bin/javac, release).\n' "$JAVA_HOME"
  fi
  if [ -n "$JDK_SEEN" ]; then printf 'Found, but too old:\n%s' "$JDK_SEEN"; fi
  printf 'Install one of:\n'
  case $(uname -s) in
    Darwin)
      printf '  brew install --cask temurin@%s\n' "$JDK_MINIMUM"
      ;;
    *)
      printf '  sudo apt-get install openjdk-%s-jdk-headless     (Debian 13, Ubuntu 25.10 or newer)\n' "$JDK_MINIMUM"
      printf '  sudo apt-get install temurin-%s-jdk              (with the Adoptium repository)\n' "$JDK_MINIMUM"
      ;;
  esac
  printf '  sdk install java %s-tem                          (SDKMAN, no root needed)\n' "$JDK_MINIMUM"
  printf 'or set JAVA_HOME to a JDK that is elsewhere.\n'
}
