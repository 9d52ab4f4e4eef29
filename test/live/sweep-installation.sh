# Removes an installation that a test made: $1 its folder, $2 its name, $3 the Engine as in DOCKER_HOST. Run by a keeper.
# What tests themselves put on the Engine has the label nebula.test; volumes that an app asked for begin with the name.
set -u
folder=$1 installation=$2 host=$3

engine() { timeout 60 docker --host "$host" "$@" 2> /dev/null; }
labelled() {
  for label in nebula.installation nebula.test; do engine "$@" --quiet --filter "label=$label=$installation"; done
}
volumes() {
  labelled volume ls
  engine volume ls --quiet --filter "name=^$installation-"
}

pid=$(cat "$folder/pid" 2> /dev/null)
if [ -n "$pid" ] && grep -qs standalone/src/main.js "/proc/$pid/cmdline"; then
  kill -KILL "$pid" 2> /dev/null
  for _ in $(seq 100); do
    grep -qs standalone/src/main.js "/proc/$pid/cmdline" || break
    sleep 0.05
  done
fi

# Anonymous volumes stay when their container goes: the Engine takes those for named that a container has taken over.
nameless() {
  labelled ps --all | while read -r container; do
    engine inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}' "$container"
  done | grep -xE '[0-9a-f]{64}'
}

left=
if engine version > /dev/null; then
  heirlooms=$(nameless | sort -u)
  for _ in 1 2 3; do
    labelled ps --all | xargs -r timeout 60 docker --host "$host" rm --force --volumes > /dev/null 2>&1
    [ -n "$(labelled ps --all)" ] || break
  done
  # A network of ours that others use by now is theirs to keep.
  labelled network ls | while read -r network; do engine network rm "$network" > /dev/null; done
  { volumes; echo "$heirlooms"; } | sort -u | xargs -r timeout 60 docker --host "$host" volume rm --force > /dev/null 2>&1
  # By id: an image whose tag has moved on has no name that it could be removed by.
  engine images --quiet --no-trunc --filter "label=nebula.test=$installation" | sort -u |
    while read -r image; do engine rmi --force "$image" > /dev/null; done
  left="$(labelled ps --all)$(volumes)"
fi
rm -rf "$folder"
[ -z "$left" ] || { echo "left of $installation: $left" >&2; exit 1; }
