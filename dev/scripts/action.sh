#!/usr/bin/env bash
# The steps of action.yml: `action.sh STEP`, one of prepare, check, compile, verify, report and diff. Everything is written below
# $OPTINC_DIRECTORY, which prepare makes; specs are the files that match the patterns of $OPTINC_SPECS. A step goes on with the next
# spec where one fails, and ends with the gravest exit code of optinc: 1 for invalid input, 3 for what does not hold.
set -euo pipefail

status=0
note() { # code: keeps the gravest
  if [ "$1" -gt "$status" ]; then status=$1; fi
}

if [ "${1:-}" = prepare ]; then
  directory=$RUNNER_TEMP/optinc
  rm -rf "$directory"
  mkdir -p "$directory/builds"
  command=${OPTINC_COMMAND:-}
  # What is between the quotes of a JSON text keeps its blanks; a command of the user is split at them.
  if [ -z "$command" ]; then program=$GITHUB_ACTION_PATH/dist/program/optinc.js; else program=; fi
  {
    echo "OPTINC_DIRECTORY=$directory"
    echo "OPTINC_WORDS=$command"
    echo "OPTINC_PROGRAM=$program"
  } >> "$GITHUB_ENV"
  echo "directory=$directory" >> "$GITHUB_OUTPUT"
  exit 0
fi

optinc() {
  if [ -n "$OPTINC_PROGRAM" ]; then node "$OPTINC_PROGRAM" "$@"; else
    local words
    read -r -a words <<< "$OPTINC_WORDS"
    "${words[@]}" "$@"
  fi
}

shopt -s globstar nullglob
specs=()
while IFS= read -r pattern; do
  # shellcheck disable=SC2206 # patterns are split and expanded on purpose
  for file in $pattern; do
    case $file in node_modules/* | */node_modules/*) ;; *) if [ -f "$file" ]; then specs+=("$file"); fi ;; esac
  done
done <<< "$OPTINC_SPECS"
if [ ${#specs[@]} -eq 0 ]; then
  echo "::error::no spec matches $OPTINC_SPECS"
  exit 1
fi

# A name for what is made of a spec: its path, where % and slashes are escaped as in addresses, so that no two share one.
key() {
  local name=${1//%/%25}
  echo "${name//\//%2F}"
}

# The builds of a spec: one, or one for each of its aggregates.
builds() { # directory
  if [ -f "$1/circuit.json" ]; then echo "$1"; else
    local each
    for each in "$1"/*/circuit.json; do dirname "$each"; done
  fi
}

case $1 in
  check)
    optinc check -- "${specs[@]}" || note $?
    optinc check --format sarif -- "${specs[@]}" > "$OPTINC_DIRECTORY/check.sarif" || true
    if [ "${OPTINC_FORMAT:-false}" = true ]; then
      laid=()
      for spec in "${specs[@]}"; do case $spec in *.yaml | *.yml) ;; *) laid+=("$spec") ;; esac; done
      if [ ${#laid[@]} -gt 0 ]; then
        echo "laid out otherwise by optinc fmt:"
        optinc fmt --check -- "${laid[@]}" || note $?
      fi
    fi
    ;;
  compile)
    for spec in "${specs[@]}"; do
      optinc compile -o "$OPTINC_DIRECTORY/builds/$(key "$spec")" -- "$spec" || note $?
    done
    ;;
  verify)
    read -r -a more <<< "${OPTINC_VERIFY:-}"
    for spec in "${specs[@]}"; do
      name=$(key "$spec")
      mapfile -t made < <(builds "$OPTINC_DIRECTORY/builds/$name")
      if [ ${#made[@]} -eq 0 ]; then continue; fi
      optinc verify "${made[@]}" --spec "$spec" --junit "$OPTINC_DIRECTORY/junit-$name.xml" \
        --json "$OPTINC_DIRECTORY/verify-$name.json" ${more[@]+"${more[@]}"} || note $?
    done
    ;;
  report)
    for spec in "${specs[@]}"; do
      name=$(key "$spec")
      mapfile -t made < <(builds "$OPTINC_DIRECTORY/builds/$name")
      for build in ${made[@]+"${made[@]}"}; do
        circuit=$(basename "$build")
        page=$OPTINC_DIRECTORY/report-$name.html
        if [ "$build" != "$OPTINC_DIRECTORY/builds/$name" ]; then page=$OPTINC_DIRECTORY/report-$name-$circuit.html; fi
        # A page is a help: what it finds has failed a step before, if it is worth failing.
        optinc report "$build" --spec "$spec" -o "$page" -q || echo "::warning::no page of $build"
      done
    done
    ;;
  diff)
    if [ -z "${OPTINC_BASE:-}" ]; then
      echo "no base to compare with: this is no pull request, and \`base\` names no commit"
      exit 0
    fi
    base=$OPTINC_DIRECTORY/base
    if ! commit=$(git rev-parse --verify --quiet --end-of-options "$OPTINC_BASE^{commit}"); then
      echo "::error::the clone has no commit $OPTINC_BASE to compare with: check out with fetch-depth: 0"
      exit 1
    fi
    git worktree add --quiet --detach "$base" "$commit"
    trap 'git worktree remove --force "$base"' EXIT
    prefix=$(git rev-parse --show-prefix)
    table=$OPTINC_DIRECTORY/difference.md
    echo "## Circuits against ${commit:0:12}" > "$table"
    for spec in "${specs[@]}"; do
      name=$(key "$spec")
      new=$OPTINC_DIRECTORY/builds/$name
      if [ -z "$(builds "$new")" ]; then continue; fi
      old=$OPTINC_DIRECTORY/base-builds/$name
      { echo; echo "### \`${spec//\`/}\`"; echo; } >> "$table"
      if [ ! -f "$base/$prefix$spec" ]; then
        echo "New." >> "$table"
        continue
      fi
      # Both are compiled by this version: what differs comes from the spec and what it names.
      if ! optinc compile "$base/$prefix$spec" -o "$old" -q; then
        echo "The base does not compile." >> "$table"
        continue
      fi
      optinc diff "$old" "$new" --spec "$spec" --format json -q > "$OPTINC_DIRECTORY/difference-$name.json" || note $?
      optinc diff "$old" "$new" --spec "$spec" --format markdown -q >> "$table" || true
    done
    cat "$table"
    cat "$table" >> "$GITHUB_STEP_SUMMARY"
    ;;
  *)
    echo "action.sh knows prepare, check, compile, verify, report and diff" >&2
    exit 2
    ;;
esac
exit $status
