#!/bin/sh
# mosquitto_pub and mosquitto_sub, against the broker at MQTT_HOST:MQTT_PORT. Prints TAP.
set -u
host=${MQTT_HOST:-127.0.0.1}
port=${MQTT_PORT:-1883}
root="mosquitto/$$"
number=0
failed=0

pub() { mosquitto_pub -h "$host" -p "$port" "$@"; }

sub() { mosquitto_sub -h "$host" -p "$port" -W 30 "$@"; }

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

for version in mqttv31 mqttv311 mqttv5; do
  for qos in 0 1 2; do
    check "a retained message with QoS $qos by $version" "" \
      pub -V "$version" -q "$qos" -r -t "$root/$version/$qos" -m "reading $qos"
    check "comes to $version" "$root/$version/$qos reading $qos" \
      sub -V "$version" -q 2 -C 1 -v -t "$root/$version/$qos"
  done
done

check "a wildcard finds them" 3 sh -c \
  "mosquitto_sub -h $host -p $port -W 30 -C 3 -t '$root/mqttv5/+' | wc -l | tr -d ' '"

check "a session begins" "" \
  sub -c -i "away-$$" -q 1 -E -t "$root/away"
check "and is away" "" pub -q 1 -t "$root/away" -m "for later"
check "and comes back" "for later" sub -c -i "away-$$" -q 1 -C 1 -t "$root/away"
check "and ends" "" sub -i "away-$$" -E -t "$root/away"

check "properties" "" \
  pub -V 5 -r -t "$root/props" -m x -D publish content-type text/plain -D publish user-property k v
check "arrive" "text/plain k:v" sub -V 5 -C 1 -F '%C %P' -t "$root/props"

check "the server tells its version" "Waypost" \
  sh -c "mosquitto_sub -h $host -p $port -W 30 -C 1 -t '\$SYS/broker/version' | cut -d ' ' -f 1"

number=$((number + 1))
if pub -u guest -P wrong -t "$root/x" -m x 2>/dev/null; then
  echo "not ok $number - a wrong password is refused"
  failed=$((failed + 1))
else
  echo "ok $number - a wrong password is refused"
fi

echo "1..$number"
[ "$failed" -eq 0 ]
