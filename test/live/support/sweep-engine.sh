# Removes an Engine of a test's own, whatever part of it there is: $1 its folder, $2 the name of its network
# namespace, of its end of the cable and of its cgroup; `now` as $3 gives its containers no time to end. Run by a keeper.
set -u
folder=$1 name=$2
namespace=/run/netns/$name

# Two keepers may come to this at the same time: the second one finds nothing left.
if exec 9< "$folder"; then flock 9; fi 2> /dev/null

groups() { find /sys/fs/cgroup -maxdepth 2 -type d -name "$name"; }
inside() { [ ! -e "$namespace" ] || nsenter --net="$namespace" "$@"; }

# A process that has ended and is not collected yet counts as gone.
lives() { [ -r "/proc/$1/stat" ] && ! grep -q '^[0-9]* (.*) [ZX]' "/proc/$1/stat"; }

# The daemon and its helpers are in the namespace, what containers run is in the cgroup.
processes() {
  {
    [ ! -e "$namespace" ] || ip netns pids "$name"
    groups | while read -r group; do find "$group" -name cgroup.procs -exec cat {} +; done
  } 2> /dev/null | sort -u | while read -r pid; do ! lives "$pid" || echo "$pid"; done
}

until_gone() {
  for _ in $(seq "$1"); do
    [ -n "$(processes)" ] || return 0
    sleep 0.05
  done
  return 1
}

mounts() { awk -v folder="$folder/" 'index($5, folder) == 1 { print $5 }' /proc/self/mountinfo | sort -r; }

# Helpers that are killed leave their sockets in a folder that all Engines share; only ours are open in our namespace.
sockets=$(inside cat /proc/net/unix 2> /dev/null | grep -o '/run/containerd/s/[0-9a-f]*$' | sort -u)

daemon=$(cat "$folder/docker.pid" 2> /dev/null)
if [ "${3:-}" != now ] && [ -n "$daemon" ] && processes | grep -qx "$daemon"; then
  kill -TERM "$daemon" 2> /dev/null
  for _ in $(seq 300); do
    lives "$daemon" || break
    sleep 0.05
  done
fi
for _ in $(seq 20); do
  processes | xargs -r kill -KILL 2> /dev/null
  ! until_gone 20 || break
done
for socket in $sockets; do rm -f "$socket"; done

# A mount may lie on another one in the same place.
for _ in $(seq 20); do
  [ -n "$(mounts)" ] || break
  mounts | while read -r mount; do umount "$mount" 2> /dev/null || umount --lazy "$mount"; done
done

[ ! -e "$namespace" ] || ip netns del "$name"
# The kernel removes the cable a moment after the namespace.
ip link del "$name" 2> /dev/null
groups | while read -r group; do find "$group" -depth -type d -exec rmdir {} \;; done
rm -rf "$folder"

left="$(processes)$(mounts)$(groups)$(ls -d "$namespace" "$folder" 2> /dev/null)$(ip -o link show "$name" 2> /dev/null)"
[ -z "$left" ] || { echo "left: $left" >&2; exit 1; }
