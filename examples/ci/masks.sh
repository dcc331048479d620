#!/usr/bin/env bash
# Checks specs and tells how their masks changed. Run from the root of the repository that holds the specs.
#
#   masks.sh check [SPEC...]       rules of each spec; findings into $REPORTS/STEM.sarif and STEM.junit.xml
#   masks.sh diff BASE [SPEC...]   masks of each spec against those of the commit BASE; $REPORTS/STEM_MASK.html
#
# Without SPEC: all of $SPECS, here and in BASE. Exit status: 0 nothing found, 1 something found, 2 could not do it.
set -euo pipefail

MASKGEN=${MASKGEN:-maskgen}
SPECS=${SPECS:-specs/*.yaml}
REPORTS=${REPORTS:-reports}
worst=0
verdict=2
work=

# Whatever ends the script before there is a verdict, it is no finding.
finish() {
    if [[ -n $work ]]; then
        git worktree remove --force "$work/base" 2>/dev/null || true
        rm -rf "$work" || true
    fi
    exit "$verdict"
}
trap finish EXIT

refuse() {
    echo "masks.sh: $1" >&2
    exit 2
}

keep() { if (($1 > worst)); then worst=$1; fi; }

found() {
    echo "$1"
    keep 1
}

failed() {
    echo "$1" >&2
    keep 2
}

# Runs a command of maskgen that writes the report REPORT. One that ends without it did not look to the end.
run() {
    local report=$1 status=0
    shift
    rm -f "$report"
    "$MASKGEN" "$@" </dev/null || status=$?
    if ((status > 1)) || [[ ! -s $report ]]; then status=2; fi
    keep "$status"
}

# specs/a.yaml is a in the names of reports, specs/b/a.yaml is b-a.
stem() {
    local path=${1#./}
    path=${path#specs/}
    path=${path%.*}
    echo "${path//\//-}"
}

check() {
    local spec name
    for spec in "$@"; do
        echo "== $spec"
        name=$(stem "$spec")
        rm -f "$REPORTS/$name.junit.xml"
        run "$REPORTS/$name.sarif" drc "$spec" --report "junit=$REPORTS/$name.junit.xml" \
            --report "sarif=$REPORTS/$name.sarif"
    done
}

# Builds a SPEC of a FOLDER into OUTPUT. Masks are wanted although errors stand: check tells of those.
build() {
    local status=0
    (cd "$1" && "$MASKGEN" -q build "$2" -o "$3" --allow-violations </dev/null) || status=$?
    ((status <= 1)) && [[ -f $3/manifest.json ]]
}

# Sets $old to what is compared with: this folder as it is in a commit.
checkout() {
    local commit
    commit=$(git rev-parse --verify --quiet "$1^{commit}") || refuse "there is no commit $1 here; git fetch brings it"
    work=$(mktemp -d)
    git worktree add --quiet --detach "$work/base" "$commit"
    old=$work/base/$(git rev-parse --show-prefix)
}

differ() {
    local spec
    for spec in "$@"; do
        if [[ $spec == /* ]]; then
            failed "$spec: is to be given relative to this folder"
        elif [[ ! -f $spec && ! -f $old/$spec ]]; then
            failed "$spec: is neither here nor in $base"
        elif [[ ! -f $spec ]]; then
            found "$spec: gone, $base has it"
        elif ! build . "$spec" "$work/new/$(stem "$spec")"; then
            failed "$spec: cannot be built"
        elif [[ ! -f $old/$spec ]]; then
            found "$spec: new, not in $base"
        elif ! build "$old" "$spec" "$work/old/$(stem "$spec")"; then
            failed "$spec: cannot be built as it is in $base"
        else
            differ_masks "$spec" "$(stem "$spec")"
        fi
    done
}

# Compares the masks of a SPEC from within $work: what the reports name is the same at every run.
differ_masks() {
    local name names page
    names=$(cd "$work" && find "old/$2" "new/$2" -path '*/masks/*.gds' | sed 's,.*/,,' | sort -u)
    if [[ -z $names ]]; then
        failed "$1: has no masks"
        return
    fi
    while read -r name; do
        page=$REPORTS/$2_${name%.gds}.html
        rm -f "$page"
        if [[ ! -f $work/old/$2/masks/$name ]]; then
            found "$1: mask $name is new"
        elif [[ ! -f $work/new/$2/masks/$name ]]; then
            found "$1: mask $name is gone"
        else
            echo "== $1: $name"
            cd "$work"
            run "$page" diff "old/$2/masks/$name" "new/$2/masks/$name" --tolerance "${TOLERANCE:-0}" \
                --report "html=$page"
            cd "$root"
        fi
    done <<<"$names"
}

# Prints the specs of a FOLDER.
matching() (
    shopt -s nullglob
    if [[ ! -d $1 ]]; then exit; fi
    cd "$1"
    # shellcheck disable=SC2086  # a pattern, to be filled in
    for spec in $SPECS; do
        if [[ -f $spec ]]; then echo "$spec"; fi
    done
)

mode=${1:-}
if [[ $mode != check && $mode != diff ]]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
shift
if ! command -v "$MASKGEN" >/dev/null; then
    refuse "$MASKGEN: there is no such command; pip install -r ci/requirements.txt, or set MASKGEN to its path"
fi
root=$PWD
if [[ $MASKGEN == */* && $MASKGEN != /* ]]; then MASKGEN=$root/$MASKGEN; fi
base=
old=
if [[ $mode == diff ]]; then
    base=${1:-}
    if [[ -z $base ]]; then refuse "diff needs the commit to compare with"; fi
    shift
    checkout "$base"
fi
if (($# == 0)); then
    specs=$(
        matching .
        if [[ -n $old ]]; then matching "$old"; fi
    )
    if [[ -z $specs ]]; then refuse "no spec is called $SPECS${base:+, neither here nor in $base}"; fi
    while read -r spec; do set -- "$@" "$spec"; done < <(sort -u <<<"$specs")
fi
mkdir -p "$REPORTS"
REPORTS=$(cd "$REPORTS" && pwd)
case $mode in
    check) check "$@" ;;
    diff) differ "$@" ;;
esac
verdict=$worst
