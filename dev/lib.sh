# shellcheck shell=bash
# What the scripts of this folder share. Source it; it changes to the root of the repository.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export DEBIAN_FRONTEND=noninteractive

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

fail() {
    printf 'Error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

is_macos() { [ "$(uname -s)" = Darwin ]; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail "'$*' must run as root, and sudo is not installed. Run it yourself as root, then start this again."
    fi
}

# Installs what each of the named tools needs, if it is not there yet.
# Tools: hiredis, redis, chromium, shellcheck, python, openssl.
need() {
    local tool missing=()
    for tool in "$@"; do
        "has_$tool" || missing+=("$tool")
    done
    if [ ${#missing[@]} -gt 0 ]; then install "${missing[@]}"; fi
}

has_redis() { have redis-server; }
has_shellcheck() { have shellcheck; }
has_openssl() { have openssl; }

has_hiredis() {
    local prefix
    for prefix in /usr /usr/local /opt/homebrew; do
        if [ -e "$prefix/include/hiredis/hiredis.h" ]; then return 0; fi
    done
    return 1
}

has_chromium() {
    have chromium || have chromium-browser || have google-chrome ||
        [ -d /Applications/Chromium.app ] || [ -d "/Applications/Google Chrome.app" ]
}

# On Debian, Python comes without the part of venv that installs pip.
has_python() { have python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

install() {
    say "Installing: $*"
    if is_macos; then
        install_with_brew "$@"
    elif have apt-get; then
        install_with_apt "$@"
    else
        fail "this script installs with apt-get or Homebrew, and neither is here." \
            "Install these yourself (libraries with their headers), then start it again: $*"
    fi
}

install_with_brew() {
    have brew || fail "Homebrew is missing: https://brew.sh says how to get it. Needed from it: $*"
    local tool
    for tool in "$@"; do
        case "$tool" in
        chromium) brew install --cask chromium ;;
        *) brew install "$tool" ;;
        esac
    done >&2
}

install_with_apt() {
    local tool packages=()
    for tool in "$@"; do
        case "$tool" in
        hiredis) packages+=(libhiredis-dev) ;;
        redis) packages+=(redis-server) ;;
        python) packages+=(python3 python3-venv) ;;
        chromium) packages+=(chromium fonts-dejavu-core) ;;
        *) packages+=("$tool") ;;
        esac
    done
    # The package lists of a fresh machine are empty, those of an old one may be out of date: then update, once.
    apt_get install -y -q --no-install-recommends "${packages[@]}" 2>/dev/null ||
        { apt_get update -q && apt_get install -y -q --no-install-recommends "${packages[@]}"; } ||
        fail "apt-get could not install ${packages[*]}; what it said is above."
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" >&2; }

need_swift() {
    local wanted found
    wanted=$(sed -n 's|^// swift-tools-version: *||p' Package.swift)
    have swift || fail "Swift is missing, and Hubs needs $wanted or newer." \
        "https://www.swift.org/install says how to get it; with swiftly it is 'swiftly install latest'."
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
    if [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1)" != "$wanted" ]; then
        fail "this is Swift ${found:-of an unknown version}, and Hubs needs $wanted or newer." \
            "https://www.swift.org/install says how to get it; with swiftly it is 'swiftly install latest'."
    fi
}
