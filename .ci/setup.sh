#!/usr/bin/env bash
# Makes this folder ready to run or to test, and does nothing the second time.
#
#   .ci/setup.sh run     what `nesie` needs: a virtual environment with the locked packages, PDF libraries, fonts,
#                        and the files of others that browsers are served
#   .ci/setup.sh test    that, and what the suite needs: development packages, PostgreSQL 15, hledger, poppler, Chromium
#
# Packages come with their hashes from requirements.lock and requirements-dev.lock and from nowhere else; the files for
# browsers from package-lock.json, without running any script of theirs, and are compared with vendor.lock.
# A stamp named after the hash of everything that decides the outcome says that the environment is up to date.
# On systems without apt the Debian packages are only named, and installing their likes is left to the reader.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:?"say what for: run or test"}
environment=.venv
python=${PYTHON:-python3}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

debian_packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
locks=(requirements.lock)
if [ "$purpose" = test ]; then
    debian_packages+=(hledger poppler-utils postgresql-15)
    locks+=(requirements-dev.lock)
    command -v chromium chromium-browser google-chrome >/dev/null || debian_packages+=(chromium)
fi

stop() {
    printf '\nnesie set-up: %s\n' "$1" >&2
    exit 1
}

# Runs a command silently; when it fails, shows the end of what it said and the advice given first.
quietly() {
    local advice=$1
    shift
    "$@" >"$log" 2>&1 </dev/null || { tail -n 15 "$log" >&2; stop "$advice"; }
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_debian_packages() {
    local missing=() package
    if ! command -v apt-get >/dev/null; then
        [ -e "$environment" ] || echo "No apt here: please see to the likes of ${debian_packages[*]} yourself." >&2
        return
    fi
    for package in "${debian_packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    local by_hand="sudo apt-get install --no-install-recommends ${missing[*]}"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || stop "Debian packages are missing and there is no sudo. As root: ${by_hand#sudo }"
    echo "Installing Debian packages: ${missing[*]}"
    keep_postgresql_from_starting
    quietly "could not refresh the package lists. Is this machine online? By hand: sudo apt-get update" \
        as_root apt-get update
    quietly "could not install Debian packages. By hand: $by_hand" \
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
}

# Only PostgreSQL's programs are wanted; Debian would create and start a cluster on port 5432 besides.
keep_postgresql_from_starting() {
    local settings=/etc/postgresql-common/createcluster.conf
    [ "$purpose" = test ] && [ ! -e "$settings" ] || return 0
    as_root mkdir -p "${settings%/*}"
    echo 'create_main_cluster = false' | as_root tee "$settings" >/dev/null
}

install_python_packages() {
    local stamp lock arguments=()
    stamp="$environment/ready-to-$purpose-$( (cat "${locks[@]}" pyproject.toml .ci/setup.sh; pwd; "$python" --version) | sha256sum | cut -c1-16)"
    [ ! -e "$stamp" ] || return 0

    echo "Installing Python packages into $environment"
    [ -x "$environment/bin/python" ] ||
        quietly "could not create $environment with $python" "$python" -m venv --clear "$environment"
    for lock in "${locks[@]}"; do arguments+=(--requirement "$lock"); done
    pip_install --require-hashes "${arguments[@]}"
    pip_install --no-deps --no-build-isolation --editable .
    rm -f "$environment/ready-to-$purpose-"*
    touch "$stamp"
}

pip_install() {
    quietly "could not install Python packages. Is this machine online, and does it reach pypi.org?" \
        "$environment/bin/python" -m pip install --quiet --no-input --disable-pip-version-check "$@"
}

# Copies what browsers are served out of npm's packages; without npm, Node.js comes as a Python package.
install_files_for_browsers() {
    local omit=(--omit=dev)
    [ "$purpose" = run ] || omit=()
    if "$environment/bin/python" -m api.web.vendoring --check 2>/dev/null &&
        { [ "$purpose" = run ] || [ -e node_modules/axe-core/axe.min.js ]; }; then
        return
    fi

    echo "Installing the files that browsers are served"
    if ! command -v npm >/dev/null; then
        pip_install --require-hashes --requirement .ci/node.lock
        PATH="$PWD/$environment/bin:$PATH"
    fi
    quietly "could not install the packages of package.json. Is this machine online, and does it reach registry.npmjs.org?" \
        npm ci --ignore-scripts --no-audit --no-fund "${omit[@]}"
    quietly "npm brought other files than api/web/vendor.lock means." "$environment/bin/python" -m api.web.vendoring
}

command -v "$python" >/dev/null || debian_packages+=(python3)
if [ "$python" = python3 ] && ! python3 -c 'import ensurepip' 2>/dev/null; then debian_packages+=(python3-venv); fi
install_debian_packages
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Python 3.11 or later is needed; $python is $("$python" --version). Another one: make PYTHON=/path/to/python3.11 …"
install_python_packages
install_files_for_browsers
