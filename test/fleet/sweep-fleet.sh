# Removes what a fleet left, whatever part of it there is: $1 its folder, $2 the beginning of the names of its network
# namespaces, $3 sweep-engine.sh. Run by a keeper, and by the next fleet in case that keeper was killed as well.
set -u
folder=$1 prefix=$2 sweep_engine=$3

if exec 8< "$folder"; then flock 8; fi 2> /dev/null

# Only what a fleet starts: somebody may look into the folder with an editor.
ours='node|beam.smp|erl_child_setup|inet_gethost|epmd|ferretdb|haproxy|registry|docker-registry'

of_the_folder() {
  {
    find /proc -mindepth 2 -maxdepth 2 -name cwd -lname "$folder/*"
    grep -lF -- "$folder/" /proc/[0-9]*/cmdline
  } 2> /dev/null | cut -d/ -f3 | sort -u | while read -r pid; do
    readlink "/proc/$pid/exe" | grep -qE "/($ours)[^/]*$" && [ "$pid" != "$PPID" ] && echo "$pid"
  done
}

for _ in $(seq 100); do
  left=$(of_the_folder)
  [ -n "$left" ] || break
  kill -KILL $left 2> /dev/null
  sleep 0.02
done

# Nothing of the hosts is needed any more: no container has to be given time to end.
for host in "$folder"/h[0-9]*; do
  [ -d "$host" ] || continue
  bash "$sweep_engine" "$host" "$prefix-$(basename "$host" | tr -d h)" now &
done
wait

[ ! -e "/run/netns/$prefix" ] || ip netns del "$prefix"
rm -rf "$folder"

left="$(of_the_folder)$(ls -d "$folder" /run/netns/"$prefix"* 2> /dev/null)"
[ -z "$left" ] || { echo "left: $left" >&2; exit 1; }
