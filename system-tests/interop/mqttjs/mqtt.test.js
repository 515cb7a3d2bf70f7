/** npm's mqtt, against the broker at MQTT_HOST:MQTT_PORT. */

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import mqtt from 'mqtt';

const { MQTT_HOST = '127.0.0.1', MQTT_PORT = '1883', HTTP_PORT = '15672' } = process.env;

const TCP = `mqtt://${MQTT_HOST}:${MQTT_PORT}`;

const TRANSPORTS = {
  TCP,
  'the WebSocket at /mqtt': `ws://${MQTT_HOST}:${HTTP_PORT}/mqtt`,
  'the WebSocket at /ws': `ws://${MQTT_HOST}:${HTTP_PORT}/ws`,
};

async function connected(context, options = {}, url = TCP) {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options });
  context.after(() => client.endAsync(true));
  return client;
}

for (const [transport, url] of Object.entries(TRANSPORTS)) {
  for (const version of [
    { protocolVersion: 3, protocolId: 'MQIsdp' },
    { protocolVersion: 4 },
    { protocolVersion: 5 },
  ]) {
    for (const qos of [0, 1, 2]) {
      test(`over ${transport}: a message with QoS ${qos} by version ${version.protocolVersion}`, async (context) => {
        const clientId = `js${randomUUID().slice(0, 20)}`; // version 3.1 takes no longer one
        const client = await connected(context, { ...version, clientId }, url);
        const topic = `js/${randomUUID()}`;
        await client.subscribeAsync(topic, { qos });
        const arrived = once(client, 'message');
        await client.publishAsync(topic, 'hello', { qos });
        const [name, payload, packet] = await arrived;
        assert.deepEqual([name, payload.toString(), packet.qos], [topic, 'hello', qos]);
      });
    }
  }

  test(`over ${transport}: every byte, and a megabyte, for a client that came by TCP`, async (context) => {
    const client = await connected(context, {}, url);
    const watcher = await connected(context);
    const topic = `js/${randomUUID()}`;
    await watcher.subscribeAsync(topic, { qos: 1 });
    for (const payload of [Buffer.from(Array.from({ length: 256 }, (_, i) => i)), randomBytes(1 << 20)]) {
      const arrived = once(watcher, 'message');
      await client.publishAsync(topic, payload, { qos: 1 });
      assert.ok((await arrived)[1].equals(payload));
    }
  });

  test(`over ${transport}: a client whose connection is cut comes back`, async (context) => {
    const client = await connected(context, { reconnectPeriod: 50 }, url);
    const topic = `js/${randomUUID()}`;
    await client.subscribeAsync(topic, { qos: 1 });
    const back = once(client, 'connect');
    client.stream.destroy();
    await back;
    const arrived = once(client, 'message');
    await client.publishAsync(topic, 'back', { qos: 1 });
    assert.equal((await arrived)[1].toString(), 'back');
  });
}

test('a will', async (context) => {
  const topic = `js/${randomUUID()}`;
  const watcher = await connected(context);
  await watcher.subscribeAsync(topic);
  const doomed = await connected(context, { will: { topic, payload: Buffer.from('gone'), qos: 1 } });
  const arrived = once(watcher, 'message');
  doomed.stream.destroy();
  assert.equal((await arrived)[1].toString(), 'gone');
});

test('a session of version 5 waits for its client', async (context) => {
  const topic = `js/${randomUUID()}`;
  const options = {
    protocolVersion: 5,
    clientId: randomUUID(),
    clean: false,
    properties: { sessionExpiryInterval: 3600 },
  };
  const first = await connected(context, options);
  await first.subscribeAsync(topic, { qos: 1 });
  await first.endAsync();
  const publisher = await connected(context);
  await publisher.publishAsync(topic, 'kept', { qos: 1 });
  const second = mqtt.connect(TCP, { ...options, reconnectPeriod: 0 });
  context.after(() => second.endAsync(true));
  const [, payload] = await once(second, 'message');
  assert.equal(payload.toString(), 'kept');
});

test('topic aliases and user properties', async (context) => {
  const topic = `js/${randomUUID()}`;
  const client = await connected(context, {
    protocolVersion: 5,
    autoAssignTopicAlias: true,
    properties: { topicAliasMaximum: 5 },
  });
  await client.subscribeAsync(topic);
  for (const text of ['one', 'two', 'three']) {
    const arrived = once(client, 'message');
    await client.publishAsync(topic, text, { properties: { userProperties: { k: [text, 'x'] } } });
    const [name, payload, packet] = await arrived;
    assert.equal(name, topic);
    assert.equal(payload.toString(), text);
    assert.deepEqual([...packet.properties.userProperties.k], [text, 'x']);
  }
});
