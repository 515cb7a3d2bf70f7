#!/bin/sh
# The command line programs of the C client library, against the broker at AMQP_HOST:AMQP_PORT. Prints TAP.
set -u
url="amqp://guest:guest@${AMQP_HOST:-127.0.0.1}:${AMQP_PORT:-5672}/%2f"
queue="amqp-tools-$$"
number=0
failed=0

# Runs a command and compares what it prints: check NAME EXPECTED COMMAND...
check() {
  name=$1 expected=$2
  shift 2
  number=$((number + 1))
  if got=$("$@" 2>&1) && [ "$got" = "$expected" ]; then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    printf 'expected: %s\n     got: %s\n' "$expected" "$got" | sed 's/^/# /'
    failed=$((failed + 1))
  fi
}

# Runs a command that must fail and say this: check_fails NAME TEXT COMMAND...
check_fails() {
  name=$1 text=$2
  shift 2
  number=$((number + 1))
  if got=$("$@" 2>&1); then
    echo "not ok $number - $name"
    echo "# succeeded with: $got"
    failed=$((failed + 1))
  elif ! echo "$got" | grep -qF "$text"; then
    echo "not ok $number - $name"
    printf 'expected: %s\n     got: %s\n' "$text" "$got" | sed 's/^/# /'
    failed=$((failed + 1))
  else
    echo "ok $number - $name"
  fi
}

publish() {
  amqp-publish -u "$url" "$@"
}

get() {
  amqp-get -u "$url" -q "$queue"
}

publish_lines() {
  printf 'one\ntwo\nthree\n' | publish -r "$queue" -l
}

consume() {
  timeout 30 amqp-consume -u "$url" "$@"
}

publish_file() {
  seq 1 100000 | publish -r "$queue"
}

get_digest() {
  get | cksum
}

# A consumer with a queue of its own on an exchange, and a publisher that repeats itself until the consumer is there.
subscribe() {
  consume -e "$1" -r "$2" -x -c 1 cat 2>/dev/null &
  consumer=$!
  while kill -0 "$consumer" 2>/dev/null; do
    publish -e "$1" -r "$3" -b "through $1"
    sleep 0.05
  done
  wait "$consumer"
}

check 'a queue is declared' "$queue" amqp-declare-queue -u "$url" -q "$queue"
check 'a body from the command line is published' '' publish -r "$queue" -b 'Hello, Waypost!'
check 'a message is got' 'Hello, Waypost!' get
check_fails 'an empty queue gives nothing' '' get
check 'an empty body is published' '' publish -r "$queue" -b ''
check 'an empty body is got' '' get
check 'properties and headers are accepted' '' \
  publish -r "$queue" -p -C text/plain -E utf-8 -t answers -H 'colour: red' -H 'size: small' -b 'dressed'
check 'a message with properties is got' 'dressed' get
check 'a body of half a megabyte is published' '' publish_file
check 'a body of half a megabyte is got whole' "$(seq 1 100000 | cksum)" get_digest
check 'lines are published as messages' '' publish_lines
check 'messages are consumed in order' "$(printf 'one\ntwo\nthree')" consume -q "$queue" -c 3 -p 1 cat
check 'messages are consumed without acknowledgements' 'quick' \
  sh -c 'amqp-publish -u "$0" -r "$1" -b quick && timeout 30 amqp-consume -u "$0" -q "$1" -A -c 1 cat' "$url" "$queue"
publish -r "$queue" -b 'one more'
check 'a queue is deleted and tells how many messages went with it' '1' amqp-delete-queue -u "$url" -q "$queue"
check 'a subscriber of a direct exchange hears the key' 'through amq.direct' subscribe amq.direct "$queue" "$queue"
check 'a subscriber of a topic exchange hears the pattern' 'through amq.topic' \
  subscribe amq.topic "$queue.*.#" "$queue.news.local"
check_fails 'a missing exchange is reported' '' publish -e "missing-$queue" -r key -b lost
check_fails 'a wrong password is refused with a reason' 'Login was refused' \
  amqp-publish --server "${AMQP_HOST:-127.0.0.1}" --port "${AMQP_PORT:-5672}" --username guest --password wrong -r key -b x

echo "1..$number"
[ "$failed" = 0 ]
