import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodies, connected, event, ownExchange, ownQueue, take, within } from './broker.js';

test('a message arrives with its properties', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  const sent = {
    contentType: 'application/json',
    contentEncoding: 'utf-8',
    persistent: true,
    priority: 3,
    correlationId: 'c-1',
    replyTo: 'answers',
    expiration: '60000',
    messageId: 'm-1',
    timestamp: 1_700_000_000,
    type: 'greeting',
    userId: 'guest',
    appId: 'post',
  };
  channel.sendToQueue(queue, Buffer.from('{}'), sent);
  const [{ content, fields, properties }] = await take(channel, queue);
  const { persistent, ...expected } = sent;
  assert.equal(content.toString(), '{}');
  assert.deepEqual({ ...properties }, { ...expected, deliveryMode: 2, headers: {}, clusterId: undefined });
  assert.equal(fields.exchange, '');
  assert.equal(fields.routingKey, queue);
});

test('headers of every type arrive', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  const headers = {
    text: 'Grüße, 郵便',
    yes: true,
    no: false,
    byte: -128,
    short: -32768,
    int: -2147483648,
    long: 2 ** 40,
    negative: -(2 ** 40),
    double: 3.14159,
    float: { '!': 'float', value: 0.5 },
    unsignedbyte: { '!': 'unsignedbyte', value: 255 },
    unsignedshort: { '!': 'unsignedshort', value: 65535 },
    unsignedint: { '!': 'unsignedint', value: 4294967295 },
    timestamp: { '!': 'timestamp', value: 1_700_000_000 },
    decimal: { '!': 'decimal', value: { places: 2, digits: 314 } },
    bytes: Buffer.from([0, 1, 254, 255]),
    nothing: null,
    list: ['one', 2, [true, null]],
    table: { inner: { innermost: [1, { and: 'out' }] } },
  };
  channel.sendToQueue(queue, Buffer.alloc(0), { headers });
  const [{ content, properties }] = await take(channel, queue);
  assert.equal(content.length, 0);
  const { float, unsignedbyte, unsignedshort, unsignedint, ...rest } = headers;
  assert.deepEqual(properties.headers, {
    ...rest,
    float: 0.5,
    unsignedbyte: 255,
    unsignedshort: 65535,
    unsignedint: 4294967295,
  });
});

test('a large body arrives unchanged', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  const sent = Buffer.alloc(3 * 1024 * 1024, 'waypost ');
  channel.sendToQueue(queue, sent);
  const [{ content }] = await take(channel, queue);
  assert.ok(content.equals(sent));
});

test('every message of a burst is confirmed', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const queue = await ownQueue(channel);
  let confirmed = 0;
  for (let number = 0; number < 1000; number++) {
    channel.sendToQueue(queue, Buffer.from(`${number}`), {}, (refused) => {
      assert.equal(refused, null);
      confirmed++;
    });
  }
  await within('the confirms', channel.waitForConfirms());
  assert.equal(confirmed, 1000);
  assert.equal((await channel.checkQueue(queue)).messageCount, 1000);
});

test('a mandatory message without a queue comes back before it is confirmed', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const order = [];
  channel.on('return', (message) => order.push(message.content.toString(), message.fields.replyCode));
  channel.publish('amq.direct', 'nobody', Buffer.from('back'), { mandatory: true }, () => order.push('confirmed'));
  await within('the confirm', channel.waitForConfirms());
  assert.deepEqual(order, ['back', 312, 'confirmed']);
});

test('a full queue refuses with a negative confirm', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const queue = await ownQueue(channel, { maxLength: 1, overflow: 'reject-publish' });
  channel.sendToQueue(queue, Buffer.from('fits'));
  await within('the confirm', channel.waitForConfirms());
  channel.sendToQueue(queue, Buffer.from('too many'));
  await assert.rejects(within('the refusal', channel.waitForConfirms()));
  assert.deepEqual(await bodies(channel, queue, 1), ['fits']);
});

test('a fan-out reaches every bound queue in order', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const exchange = await ownExchange(t, channel, 'fanout');
  const queues = await Promise.all(Array.from({ length: 10 }, () => ownQueue(channel)));
  await Promise.all(queues.map((queue) => channel.bindQueue(queue, exchange, '')));
  const sent = Array.from({ length: 100 }, (_, number) => `${number}`);
  sent.forEach((body) => channel.publish(exchange, '', Buffer.from(body)));
  for (const queue of queues) {
    assert.deepEqual(await bodies(channel, queue, 100), sent);
  }
});

test('a returned message keeps its headers', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const returned = event(channel, 'return');
  channel.publish('', 'nobody-has-this-queue', Buffer.from('x'), { mandatory: true, headers: { kept: 1 } });
  const message = await returned;
  assert.equal(message.fields.replyText, 'NO_ROUTE');
  assert.deepEqual(message.properties.headers, { kept: 1 });
});
