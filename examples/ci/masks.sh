#!/usr/bin/env bash
# Checks specs and tells how their masks changed. Run from the root of the repository that holds the specs.
#
#   masks.sh check [SPEC...]       rules of each spec; findings into $REPORTS/STEM.sarif and STEM.junit.xml
#   masks.sh diff BASE [SPEC...]   masks of each spec against those of the commit BASE; $REPORTS/STEM_MASK.html
#
# Without SPEC: all of $SPECS. Exit status: 0 nothing found, 1 something found, 2 could not do it.
set -euo pipefail

MASKGEN=${MASKGEN:-maskgen}
SPECS=${SPECS:-specs/*.yaml}
REPORTS=${REPORTS:-reports}
worst=0

# Runs a command of maskgen, keeps the worst exit status, and goes on.
run() {
    local status=0
    "$MASKGEN" "$@" || status=$?
    if ((status > worst)); then worst=$status; fi
    return 0
}

found() {
    echo "$1"
    if ((worst < 1)); then worst=1; fi
}

stem() { basename "${1%.*}"; }

check() {
    local spec
    for spec in "$@"; do
        echo "== $spec"
        run drc "$spec" --report "sarif=$REPORTS/$(stem "$spec").sarif" --report "junit=$REPORTS/$(stem "$spec").junit.xml"
    done
}

# Masks are wanted although errors stand: check tells of those.
build() { "$MASKGEN" -q build "$1" -o "$2" --allow-violations || (($? == 1)); }

differ() {
    local base=$1 spec mask name
    shift
    work=$(mktemp -d)
    trap 'git worktree remove --force "$work/base" 2>/dev/null || true; rm -rf "$work"' EXIT
    git worktree add --quiet --detach "$work/base" "$base" || exit 2
    for spec in "$@"; do
        if [[ ! -f $work/base/$spec ]]; then
            found "$spec: new, not in $base"
            continue
        fi
        build "$spec" "$work/new" || exit 2
        build "$work/base/$spec" "$work/old" || exit 2
        while read -r name; do
            mask="$REPORTS/$(stem "$spec")_${name%.gds}"
            if [[ ! -f $work/old/masks/$name ]]; then
                found "$spec: mask $name is new"
            elif [[ ! -f $work/new/masks/$name ]]; then
                found "$spec: mask $name is gone"
            else
                echo "== $spec: $name"
                run diff "$work/old/masks/$name" "$work/new/masks/$name" --tolerance "${TOLERANCE:-0}" \
                    --report "html=$mask.html"
            fi
        done < <(cd "$work" && ls old/masks new/masks | grep '\.gds$' | sort -u)
        rm -rf "$work/new" "$work/old"
    done
}

mode=${1:-}
shift || true
base=
if [[ $mode == diff ]]; then
    base=${1:?diff needs the commit to compare with}
    shift
fi
if (($# == 0)); then
    shopt -s nullglob
    # shellcheck disable=SC2086  # a pattern, to be filled in
    set -- $SPECS
fi
mkdir -p "$REPORTS"
case $mode in
    check) check "$@" ;;
    diff) differ "$base" "$@" ;;
    *)
        sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
exit "$worst"
