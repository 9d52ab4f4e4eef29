#!/bin/sh
# Starts RabbitMQ with the definitions beside this file, and with the passwords of RABBIT_API_PASSWORD,
# RABBIT_MONITOR_PASSWORD and RABBIT_WORKER_PASSWORD, of which no file and no command line holds more than a hash.
set -eu

here=$(dirname "$0")
# Set by tests; in the image as it is.
made=${DEFINITIONS:-/tmp/nebula-definitions.json}
conf=${CONF:-/etc/rabbitmq/conf.d/20-nebula.conf}

octal() { # of hexadecimal digits: this shell's printf knows no others
  rest=$1
  while [ -n "$rest" ]; do
    after=${rest#??}
    printf '\\%03o' "0x${rest%"$after"}"
    rest=$after
  done
}

hashed() { # RabbitMQ's: four random bytes, and SHA-256 of them and the password, in base64
  salt=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
  sum=$({ printf "$(octal "$salt")"; printf '%s' "$1"; } | sha256sum | cut -c1-64)
  printf "$(octal "$salt$sum")" | base64 | tr -d '\n'
}

api=$(hashed "${RABBIT_API_PASSWORD:?is needed}")
monitor=$(hashed "${RABBIT_MONITOR_PASSWORD:?is needed}")
worker=$(hashed "${RABBIT_WORKER_PASSWORD:?is needed}")

umask 077
sed -e "/\"name\": \"api\"/s|\"password_hash\": \"\"|\"password_hash\": \"$api\"|" \
  -e "/\"name\": \"monitor\"/s|\"password_hash\": \"\"|\"password_hash\": \"$monitor\"|" \
  -e "/\"name\": \"worker\"/s|\"password_hash\": \"\"|\"password_hash\": \"$worker\"|" \
  "$here/definitions.json" > "$made"
# Hosts that all come at the same time have a minute to be let in: those that are turned away only come again.
# The broker keeps a buffer of the larger of both for each connection, and counts it as memory in use. Left to the kernel
# that is up to 4 MiB: 2,400 hosts would be all that a machine of 24 GiB takes before the broker blocks. With much less,
# what is large comes slowly: no more than that is on its way at a time (docs/scale.md).
cat > "$conf" << END
load_definitions = $made
tcp_listen_options.backlog = 4096
tcp_listen_options.nodelay = true
tcp_listen_options.sndbuf = 65536
tcp_listen_options.recbuf = 65536
handshake_timeout = 60000
END
if id rabbitmq > /dev/null 2>&1 && [ "$(id -u)" = 0 ]; then chown rabbitmq "$made" "$conf"; fi

unset RABBIT_API_PASSWORD RABBIT_MONITOR_PASSWORD RABBIT_WORKER_PASSWORD
if [ $# -eq 0 ]; then set -- docker-entrypoint.sh rabbitmq-server; fi
exec "$@"
