# What .ci/run and .ci/release share: parts that print their minutes, other versions of Node, and browsers.

work=$(mktemp -d /tmp/seatledger-ci-XXXXXX)
trap 'rm -rf "$work"' EXIT
began=$SECONDS
minutes=()

# part NAME COMMAND...: runs it and notes how long it took.
part() {
  local name=$1 start=$SECONDS
  shift
  echo "== $name"
  "$@"
  minutes+=("$(printf '%6.1f min  %s' "$(in_minutes $((SECONDS - start)))" "$name")")
}

skipped() {
  echo "== skipped: $1"
  minutes+=("   skipped  $1")
}

in_minutes() { awk -v seconds="$1" 'BEGIN { printf "%.1f", seconds / 60 }'; }

report() {
  printf '%s\n' "${minutes[@]}" "$(printf '%6.1f min  in all' "$(in_minutes $((SECONDS - began)))")"
}

# on_node MAJOR COMMAND...: runs it with another version of Node first in PATH, of the npm package `node`.
on_node() {
  local major=$1 folder="$work/node-$1"
  shift
  if [ ! -x "$folder/node_modules/.bin/node" ]; then
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-fund --no-audit --no-save "node@$major" > "$folder/log" 2>&1 || { cat "$folder/log"; return 1; }
  fi
  PATH="$folder/node_modules/.bin:$PATH" "$@"
}

browsers=(chromium-headless-shell chrome-headless-shell chromium chromium-browser google-chrome-stable google-chrome)

# with_bundled COMMAND...: runs it where no installed browser is found, so that the bundled one prints.
with_bundled() {
  local path='' folder links name
  local -a folders
  IFS=: read -ra folders <<< "$PATH"
  for folder in "${folders[@]}"; do
    for name in "${browsers[@]}"; do
      [ -e "$folder/$name" ] || continue
      links=$(mktemp -d "$work/path-XXXXXX")
      ln -s "$folder"/* "$links"
      for name in "${browsers[@]}"; do rm -f "$links/$name"; done
      folder=$links
      break
    done
    path+="${path:+:}$folder"
  done
  PATH=$path "$@"
}

# Whether Debian's chromium is there, or can be installed.
has_chromium() {
  command -v chromium > /dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return
  apt-get update -qq > "$work/apt.log" 2>&1 || return
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >> "$work/apt.log" 2>&1
}

jest() { node node_modules/jest/bin/jest.js "$@"; }

# What depends on the browser.
documents=(libs/pdf libs/invoice-documents test/demo)

# As a user other than root, for whom a browser has its sandbox and who may write nothing here.
demo_as_user() {
  local user=seatledger-ci home
  id "$user" > /dev/null 2>&1 || useradd --create-home "$user"
  home=$(getent passwd "$user" | cut -d: -f6)
  # A copy, as a checkout may lie in a folder that only root may enter.
  rm -rf "$home/checkout"
  mkdir "$home/checkout"
  cp -a apps libs dist scripts samples package.json package-lock.json "$home/checkout"
  cp -a node_modules "$home/checkout/node_modules"
  chown -R "$user" "$home/checkout"
  su "$user" -c "cd '$home/checkout' && PATH='$PATH' npm run -s demo -- --data '$home/Größe und Blanks'"
  rm -rf "$home/checkout" "$home/Größe und Blanks"
}
