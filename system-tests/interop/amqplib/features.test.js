import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { bodies, connect, connected, ownExchange, ownQueue, settler, take, uniqueName, within } from './broker.js';

const REPLIES = 'amq.rabbitmq.reply-to';

test('a request is answered through the direct reply-to queue', async (t) => {
  const client = await (await connected(t)).createChannel();
  const server = await (await connected(t)).createChannel();
  const queue = await ownQueue(server);
  await server.consume(queue, (request) => {
    const { replyTo, correlationId } = request.properties;
    assert.match(replyTo, /^amq\.rabbitmq\.reply-to\./);
    server.sendToQueue(replyTo, Buffer.from(request.content.toString().toUpperCase()), { correlationId });
    server.ack(request);
  });
  const { promise, resolve } = settler();
  await client.consume(REPLIES, resolve, { noAck: true });
  // The queue is exclusive to the server's connection; sending to it is not.
  client.sendToQueue(queue, Buffer.from('question'), { replyTo: REPLIES, correlationId: '42' });
  const answer = await within('the answer', promise);
  assert.equal(answer.content.toString(), 'QUESTION');
  assert.equal(answer.properties.correlationId, '42');
});

test('what matches nothing goes to the alternate exchange', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const alternateExchange = await ownExchange(t, channel, 'fanout');
  const exchange = await ownExchange(t, channel, 'direct', { alternateExchange });
  const [known, rest] = [await ownQueue(channel), await ownQueue(channel)];
  await channel.bindQueue(known, exchange, 'known');
  await channel.bindQueue(rest, alternateExchange, '');
  channel.publish(exchange, 'unknown', Buffer.from('stray'));
  channel.publish(exchange, 'known', Buffer.from('home'));
  assert.deepEqual(await bodies(channel, rest, 1), ['stray']);
  assert.deepEqual(await bodies(channel, known, 1), ['home']);
});

test('an exchange can feed another, even in a circle', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const first = await ownExchange(t, channel, 'fanout');
  const second = await ownExchange(t, channel, 'topic');
  const queue = await ownQueue(channel);
  await channel.bindExchange(second, first, '');
  await channel.bindExchange(first, second, '#');
  await channel.bindQueue(queue, second, 'a.*');
  channel.publish(first, 'a.b', Buffer.from('round'));
  await channel.waitForConfirms();
  assert.equal((await channel.checkQueue(queue)).messageCount, 1);
  await channel.unbindExchange(second, first, '');
  channel.publish(first, 'a.b', Buffer.from('cut off'));
  await channel.waitForConfirms();
  assert.deepEqual(await bodies(channel, queue, 1), ['round']);
  assert.equal(await channel.get(queue), false);
});

test('headers of a message decide in a headers exchange', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const exchange = await ownExchange(t, channel, 'headers');
  const queue = await ownQueue(channel);
  await channel.bindQueue(queue, exchange, '', { 'x-match': 'all', kind: 'report', year: 2026 });
  channel.publish(exchange, '', Buffer.from('no'), { headers: { kind: 'report', year: 2025 } });
  channel.publish(exchange, '', Buffer.from('yes'), { headers: { kind: 'report', year: 2026, more: true } });
  assert.deepEqual(await bodies(channel, queue, 1), ['yes']);
  assert.equal(await channel.get(queue), false);
});

test('delayed messages come when they are due', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const exchange = await ownExchange(t, channel, 'x-delayed-message', { arguments: { 'x-delayed-type': 'direct' } });
  const queue = await ownQueue(channel);
  await channel.bindQueue(queue, exchange, 'key');
  const start = Date.now();
  channel.publish(exchange, 'key', Buffer.from('late'), { headers: { 'x-delay': 600 } });
  channel.publish(exchange, 'key', Buffer.from('soon'), { headers: { 'x-delay': 200 } });
  channel.publish(exchange, 'key', Buffer.from('now'));
  assert.deepEqual(await bodies(channel, queue, 1), ['now']);
  assert.deepEqual(await bodies(channel, queue, 1), ['soon']);
  assert.ok(Date.now() - start >= 200);
  assert.deepEqual(await bodies(channel, queue, 1), ['late']);
  assert.ok(Date.now() - start >= 600);
});

test('a queue that nobody uses expires', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const grave = await ownQueue(channel);
  // The queue's end is seen from outside: asking about the queue itself would be a use of it.
  const { queue } = await channel.assertQueue(uniqueName('short-lived'), { durable: false, expires: 100 });
  await channel.bindQueue(queue, 'amq.direct', queue);
  channel.on('return', () => channel.sendToQueue(grave, Buffer.from('expired')));
  const probe = setInterval(() => {
    channel.publish('amq.direct', queue, Buffer.alloc(0), { mandatory: true });
  }, 50);
  try {
    assert.deepEqual(await bodies(channel, grave, 1), ['expired']);
  } finally {
    clearInterval(probe);
  }
});

test('a message that is too old becomes a dead letter', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const grave = await ownQueue(channel);
  const queue = await ownQueue(channel, { messageTtl: 30, deadLetterExchange: '', deadLetterRoutingKey: grave });
  channel.sendToQueue(queue, Buffer.from('old'));
  const [{ content, properties }] = await take(channel, grave);
  assert.equal(content.toString(), 'old');
  const [death, ...more] = properties.headers['x-death'];
  assert.deepEqual(more, []);
  assert.equal(typeof death.time.value, 'number');
  assert.deepEqual(
    { ...death, time: undefined },
    { count: 1, reason: 'expired', queue, exchange: '', 'routing-keys': [queue], time: undefined },
  );
});

test('credentials can be renewed on a living connection', async (t) => {
  const connection = await connected(t);
  await within('the answer', connection.updateSecret(Buffer.from('guest'), 'they may expire'));
  assert.ok(await connection.createChannel());
});

test('heartbeats and frame sizes are the ones asked for', async (t) => {
  const connection = await connect('/%2F?heartbeat=1&frameMax=4096');
  t.after(() => connection.close());
  const lost = once(connection, 'error').then(([error]) => Promise.reject(error));
  const channel = await connection.createChannel();
  const queue = await ownQueue(channel, { messageTtl: 3000, deadLetterExchange: 'amq.direct' });
  const grave = await ownQueue(channel);
  await channel.bindQueue(grave, 'amq.direct', queue);
  const sent = Buffer.alloc(100_000, 'x');
  channel.sendToQueue(queue, sent);
  // Three seconds in which nothing but heartbeats travels; two would end the connection without them.
  const [message] = await Promise.race([take(channel, grave), lost]);
  assert.ok(message.content.equals(sent));
});
