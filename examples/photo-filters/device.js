/** A device with a small display: one line for whatever happens to a picture. Speaks MQTT. */

import mqtt from 'mqtt';

const client = mqtt.connect(process.env.MQTT_URL, { clientId: 'display' });

/** What is shown for each kind of topic: photos/ID/KIND. */
const lines = {
  event(photo, payload) {
    const { name, filter, state, percent = 0, worker = '', reason = '' } = JSON.parse(payload);
    const bar = '#'.repeat(percent / 10).padEnd(10, '.');
    return `${bar} ${String(percent).padStart(3)} %  ${state} ${filter} ${name} ${worker} ${reason}`.trimEnd();
  },
  like: (photo) => `♥ somebody likes ${photo}`,
};

client.on('connect', () => {
  client.subscribe(Object.keys(lines).map((kind) => `photos/+/${kind}`));
  console.log('listening');
});

client.on('message', (topic, payload) => {
  const [, photo, kind] = topic.split('/');
  console.log(lines[kind](photo.slice(0, 8), payload));
});
