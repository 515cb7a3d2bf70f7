import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodies, connected, event, ownQueue, settler, take, within } from './broker.js';

/** Resolves when the list has that many elements; call it after each. */
function counter(count) {
  const { promise, resolve } = settler();
  return { reached: within(`${count} deliveries`, promise), look: (list) => list.length >= count && resolve() };
}

test('no more than the prefetch count is under way', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  for (let number = 0; number < 10; number++) channel.sendToQueue(queue, Buffer.from(`${number}`));
  await channel.prefetch(4);
  const arrived = [];
  const four = counter(4);
  const seven = counter(7);
  await channel.consume(queue, (message) => {
    arrived.push(message);
    four.look(arrived);
    seven.look(arrived);
  });
  await four.reached;
  assert.equal((await channel.checkQueue(queue)).messageCount, 6);
  arrived.slice(0, 3).forEach((message) => channel.ack(message));
  await seven.reached;
  assert.equal((await channel.checkQueue(queue)).messageCount, 3);
});

test('what is requeued comes again and says so', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  channel.sendToQueue(queue, Buffer.from('a'));
  channel.sendToQueue(queue, Buffer.from('b'));
  const first = await channel.get(queue);
  assert.equal(first.fields.redelivered, false);
  channel.nack(first);
  const again = await take(channel, queue, 2);
  assert.deepEqual(
    again.map(({ content, fields }) => [content.toString(), fields.redelivered]),
    [
      ['a', true],
      ['b', false],
    ],
  );
});

test('recover brings back what was not acknowledged', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  channel.sendToQueue(queue, Buffer.from('kept'));
  await channel.get(queue);
  await channel.recover();
  const [message] = await take(channel, queue);
  assert.equal(message.fields.redelivered, true);
});

test('acknowledging all at once empties the queue', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  for (let number = 0; number < 5; number++) channel.sendToQueue(queue, Buffer.from(`${number}`));
  for (let number = 0; number < 5; number++) await channel.get(queue);
  channel.ackAll();
  await channel.recover();
  assert.equal(await channel.get(queue), false);
});

test('a closed connection gives back what it had', async (t) => {
  const connection = await connected(t);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue(`kept-${process.pid}`, { durable: false });
  channel.sendToQueue(queue, Buffer.from('kept'));
  await channel.get(queue);
  await connection.close();
  const other = await (await connected(t)).createChannel();
  const [message] = await take(other, queue);
  assert.equal(message.fields.redelivered, true);
  await other.deleteQueue(queue);
});

test('a consumer learns that its queue was deleted', async (t) => {
  const connection = await connected(t);
  const channel = await connection.createChannel();
  const queue = await ownQueue(channel);
  const { promise, resolve } = settler();
  await channel.consume(queue, resolve);
  await (await connection.createChannel()).deleteQueue(queue);
  assert.equal(await within('the notification', promise), null);
});

test('an automatic queue goes with its last consumer', async (t) => {
  const connection = await connected(t);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { autoDelete: true, durable: false });
  const { consumerTag } = await channel.consume(queue, () => {});
  await channel.cancel(consumerTag);
  const missing = event(channel, 'error');
  await assert.rejects(channel.checkQueue(queue));
  assert.equal((await missing).code, 404);
});

test('purging tells how many messages are gone', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const queue = await ownQueue(channel);
  for (let number = 0; number < 3; number++) channel.sendToQueue(queue, Buffer.from(`${number}`));
  await channel.waitForConfirms();
  assert.equal((await channel.purgeQueue(queue)).messageCount, 3);
  assert.equal((await channel.deleteQueue(queue)).messageCount, 0);
});

test('consuming without acknowledgements empties the queue', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  const arrived = [];
  const three = counter(3);
  await channel.consume(queue, (message) => three.look({ length: arrived.push(message.content.toString()) }), {
    noAck: true,
  });
  for (const body of ['1', '2', '3']) channel.sendToQueue(queue, Buffer.from(body));
  await three.reached;
  assert.deepEqual(arrived, ['1', '2', '3']);
  assert.equal((await channel.checkQueue(queue)).messageCount, 0);
});

test('messages of higher priority overtake', async (t) => {
  const channel = await (await connected(t)).createConfirmChannel();
  const queue = await ownQueue(channel, { maxPriority: 5 });
  for (const priority of [1, 5, 3]) channel.sendToQueue(queue, Buffer.from(`${priority}`), { priority });
  await channel.waitForConfirms();
  assert.deepEqual(await bodies(channel, queue, 3), ['5', '3', '1']);
});

test('the consumer of highest priority is served first', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const queue = await ownQueue(channel);
  const served = [];
  const two = counter(2);
  const serve = (name) => () => two.look({ length: served.push(name) });
  await channel.consume(queue, serve('low'), { noAck: true, priority: 1 });
  await channel.consume(queue, serve('high'), { noAck: true, priority: 2 });
  channel.sendToQueue(queue, Buffer.from('1'));
  channel.sendToQueue(queue, Buffer.from('2'));
  await two.reached;
  assert.deepEqual(served, ['high', 'high']);
});
