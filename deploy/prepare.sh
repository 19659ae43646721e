# Everything a fresh Debian lacks, fetched once into this checkout. Sourced by ./portal from the checkout's folder.
#
# .venv     the Python packages of requirements*.txt
# .portal   stamps (what was prepared from what), fonts, and, without root, Debian's libraries
#
# Each step names itself, says what failed in plain words, and is skipped while its stamp matches its inputs.

tools="$PWD/.portal"
python="$PWD/.venv/bin/python"
mkdir -p "$tools/stamps"

export PIP_DISABLE_PIP_VERSION_CHECK=1

exec 9>"$tools/lock"
if command -v flock >/dev/null && ! flock -n 9; then
    echo "Another ./portal is preparing this checkout; waiting for it …" >&2
    flock 9
fi

# Let the next ./portal in: called when everything is prepared.
prepared() { exec 9>&-; }

say() { printf '%s\n' "• $*" >&2; }

fail() {
    printf '%s\n' "✗ $1" >&2
    shift
    local line
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 1
}

# What is missing but not needed by everything: a warning here, a failure where CI=true.
missing() {
    [ "${CI:-}" = true ] && fail "$@"
    printf '%s\n' "! $1" >&2
    shift
    local line
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
}

# quietly LOG COMMAND…: run it, keep what it said in .portal/LOG.log, show the end of that only if it failed.
quietly() {
    local log="$tools/$1.log"
    shift
    if "$@" >"$log" 2>&1 9>&-; then return 0; fi
    grep -v '^WARNING: ' "$log" | tail -n 12 | sed 's/^/    /' >&2
    return 1
}

stamped() { [ -f "$tools/stamps/$1" ] && [ "$(cat "$tools/stamps/$1")" = "$2" ]; }
stamp() { printf '%s' "$2" >"$tools/stamps/$1"; }
digest() { cat "$@" | sha256sum | cut -c1-64; }
as_root() { [ "$(id -u)" = 0 ]; }

# Debian packages ------------------------------------------------------------------------------------------------------

# Package lists: the machine's own for root, private ones for everybody else.
apt_options() {
    if as_root; then
        echo "-o Acquire::Retries=3"
    else
        mkdir -p "$tools/apt/lists/partial" "$tools/apt/cache/archives/partial"
        echo "-o Acquire::Retries=3 -o Debug::NoLocking=1 -o Dir::State::lists=$tools/apt/lists \
            -o Dir::Cache=$tools/apt/cache -o APT::Sandbox::User="
    fi
}

apt_lists_are_there() {
    local lists="$tools/apt/lists"
    as_root && lists=/var/lib/apt/lists
    compgen -G "$lists/*Packages*" >/dev/null
}

have_apt() { command -v apt-get >/dev/null && command -v dpkg >/dev/null; }

# The same attempt once more after a fresh look at the mirror: package lists grow old.
with_fresh_lists() {
    # shellcheck disable=SC2046
    { apt_lists_are_there || quietly apt-update apt-get $(apt_options) update; } && "$@" && return 0
    # shellcheck disable=SC2046
    quietly apt-update apt-get $(apt_options) update && "$@"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive quietly apt-install apt-get $(apt_options) install -y --no-install-recommends "$@"
}

# Without root: the packages this machine lacks, with what they need, unpacked under .portal/debian.
apt_unpack() {
    local archive
    rm -f "$tools"/apt/cache/archives/*.deb
    quietly apt-download apt-get $(apt_options) --download-only install -y --no-install-recommends "$@" || return 1
    for archive in "$tools"/apt/cache/archives/*.deb; do
        dpkg -x "$archive" "$tools/debian" || return 1
    done
    rm -f "$tools"/apt/cache/archives/*.deb
}

add_packages() {
    if ! have_apt; then
        echo "    this machine has no apt-get" >&2
        return 1
    fi
    if as_root; then with_fresh_lists apt_install "$@"; else with_fresh_lists apt_unpack "$@"; fi
}

# Python ---------------------------------------------------------------------------------------------------------------

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3 python3.11 python3.12 python3.13; do
        if works "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# make_by_virtualenv BASE [PIP]: an environment without ensurepip, by virtualenv, which pip (here, or from that wheel) fetches.
make_by_virtualenv() {
    rm -rf .boot
    PYTHONPATH="${2:-}" quietly virtualenv "$1" -m pip install -q --target .boot virtualenv || return 1
    PYTHONPATH=.boot quietly virtualenv "$1" -m virtualenv -q .venv
}

make_venv() {
    local base="$1"
    rm -rf .venv
    if "$base" -c 'import venv, ensurepip' 2>/dev/null && quietly venv "$base" -m venv .venv; then return 0; fi
    rm -rf .venv
    if "$base" -m pip --version >/dev/null 2>&1; then
        make_by_virtualenv "$base"
        return
    fi
    say "Debian's pip: this Python has neither pip nor ensurepip"
    if as_root; then
        add_packages python3-venv && quietly venv "$base" -m venv .venv
    else
        add_packages python3-pip-whl || return 1
        make_by_virtualenv "$base" "$(echo "$tools"/debian/usr/share/python-wheels/pip-*.whl)"
    fi
}

# prepare_python runtime|development
prepare_python() {
    local kind="$1" file=requirements.txt base wanted runtime started=$SECONDS
    wanted="$(digest requirements.txt) $PWD"
    runtime="$wanted"
    if [ "$kind" = development ]; then
        file=requirements-dev.txt
        wanted="$(digest requirements.txt requirements-dev.txt) $PWD"
    fi
    if works "$python"; then
        stamped "$kind" "$wanted" && return 0
    else
        base="$(find_python)" || { add_python && base="$(find_python)"; } || fail "No Python 3.11 or newer was found." \
            "As root: apt-get install python3 python3-venv. Then try again."
        say "Python environment .venv, with $("$base" -V 2>&1)"
        rm -f "$tools/stamps/runtime" "$tools/stamps/development"
        make_venv "$base" || fail "The Python environment .venv could not be made." \
            "As root: apt-get install python3-venv. Then try again."
    fi
    say "Python packages of $file"
    quietly pip "$python" -m pip install --no-input -r "$file" || fail "The Python packages of $file could not be installed." \
        "Is a package index reachable from here? Full output: .portal/pip.log"
    stamp "$kind" "$wanted"
    stamp runtime "$runtime"
    say "  done in $((SECONDS - started)) s"
}

add_python() {
    as_root || return 1
    say "Debian's python3"
    add_packages python3 python3-venv
}

# Libraries that documents are typeset with ------------------------------------------------------------------------------

typesetting_libraries="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"

use_unpacked_libraries() {
    local folder
    for folder in "$tools"/debian/{usr/lib,lib}/*-linux-gnu*{,/pulseaudio}; do
        [ -d "$folder" ] && LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
    done
    [ -n "${LD_LIBRARY_PATH:-}" ] && export LD_LIBRARY_PATH
    return 0
}

libraries_load() {
    "$python" -c '
from ctypes import CDLL
for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1"):
    CDLL(name)' 2>/dev/null
}

prepare_libraries() {
    use_unpacked_libraries
    libraries_load && return 0
    say "libraries for typesetting documents (Pango, HarfBuzz, Fontconfig)"
    # shellcheck disable=SC2086
    add_packages $typesetting_libraries || true
    use_unpacked_libraries
    libraries_load || missing "Pango, HarfBuzz or Fontconfig is missing: official documents cannot be rendered." \
        "Everything else works. As root: apt-get install $typesetting_libraries"
}

# Fonts that documents are printed in ------------------------------------------------------------------------------------

font_packages="texlive-lang-chinese fonts-noto-cjk"

fetch_fonts() {
    local folder="$tools/fonts-draft"
    rm -rf "$folder"
    mkdir -p "$folder/files"
    # shellcheck disable=SC2046,SC2086
    (cd "$folder" && quietly fonts apt-get $(apt_options) download $font_packages) || return 1
    for archive in "$folder"/*.deb; do dpkg -x "$archive" "$folder/unpacked" || return 1; done
    find "$folder/unpacked" \( -name 'Fandol[FHKS]*.otf' -o -name 'Noto*CJK*.ttc' \) -exec mv -t "$folder/files" {} +
    rm -rf "$folder/unpacked" "$folder"/*.deb
    compgen -G "$folder/files/Fandol*.otf" >/dev/null && compgen -G "$folder/files/Noto*.ttc" >/dev/null
}

write_font_configuration() {
    rm -rf "$tools/fonts/cache"
    cat >"$tools/fonts/fonts.conf" <<XML
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>$PWD/.portal/fonts/files</dir>
  <cachedir>$PWD/.portal/fonts/cache</cachedir>
  <!-- Fandol's bold cuts call themselves regular. -->
  <match target="scan">
    <test name="postscriptname" qual="any"><string>FandolSong-Bold</string></test>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
  <match target="scan">
    <test name="postscriptname" qual="any"><string>FandolHei-Bold</string></test>
    <edit name="weight" mode="assign"><const>bold</const></edit>
  </match>
  <match target="pattern">
    <test name="family" qual="any"><string>serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Serif CJK SC</string></edit>
  </match>
  <match target="pattern">
    <test name="family" qual="any"><string>sans-serif</string></test>
    <edit name="family" mode="prepend" binding="strong"><string>Noto Sans CJK SC</string></edit>
  </match>
</fontconfig>
XML
}

prepare_fonts() {
    local wanted="$font_packages $PWD $(digest deploy/prepare.sh)"
    stamped fonts "$wanted" && return 0
    if ! compgen -G "$tools/fonts/files/Noto*.ttc" >/dev/null; then
        say "Chinese fonts for documents (Debian's $font_packages, 106 MB)"
        if ! have_apt || ! with_fresh_lists fetch_fonts; then
            rm -rf "$tools/fonts-draft"
            missing "The Chinese fonts could not be fetched: official documents cannot be rendered." \
                "Everything else works. They come from Debian's packages $font_packages; details: .portal/fonts.log"
            return 0
        fi
        rm -rf "$tools/fonts"
        mv "$tools/fonts-draft" "$tools/fonts"
    fi
    write_font_configuration
    stamp fonts "$wanted"
}

# The browser of the browser tests ---------------------------------------------------------------------------------------

find_chromium() {
    local candidate
    for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome "$tools/debian/usr/lib/chromium/chromium"; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && "$candidate" --version >/dev/null 2>&1; then
            CHROMIUM="$(command -v "$candidate")"
            export CHROMIUM
            return 0
        fi
    done
    return 1
}

# Playwright brings a Node of its own, which a small Debian lacks a library for.
driver_works() { .venv/lib/python3*/site-packages/playwright/driver/node --version >/dev/null 2>&1; }

prepare_chromium() {
    find_chromium && driver_works && return 0
    say "Chromium, for the tests in a real browser"
    add_packages chromium libatomic1 || true
    use_unpacked_libraries
    find_chromium && driver_works && return 0
    unset CHROMIUM
    missing "No Chromium: the tests in a real browser cannot run." "As root: apt-get install chromium libatomic1"
}
