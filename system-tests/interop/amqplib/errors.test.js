import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closes, connect, connected, event, ownExchange, ownQueue, uniqueName } from './broker.js';

test('a missing queue closes the channel and nothing else', async (t) => {
  const connection = await connected(t);
  const [broken, whole] = [await connection.createChannel(), await connection.createChannel()];
  const name = uniqueName('missing');
  const text = new RegExp(`NOT_FOUND - no queue '${name}' in vhost '/'`);
  await closes(broken, 404, text, () => broken.checkQueue(name));
  assert.ok(await ownQueue(whole));
  assert.ok(await connection.createChannel());
});

test('a queue that is declared differently closes the channel', async (t) => {
  const connection = await connected(t);
  const channel = await connection.createChannel();
  const queue = uniqueName('declared');
  await channel.assertQueue(queue, { exclusive: true });
  await closes(channel, 406, new RegExp(`inequivalent arg 'x-message-ttl' for queue '${queue}' in vhost '/'`), () =>
    channel.assertQueue(queue, { exclusive: true, messageTtl: 5 }),
  );
});

test('a missing exchange closes the channel', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const name = uniqueName('missing');
  const closed = event(channel, 'error');
  channel.publish(name, '', Buffer.from('nowhere'));
  const error = await closed;
  assert.equal(error.code, 404);
  assert.match(error.message, new RegExp(`no exchange '${name}' in vhost '/'`));
});

test('an unknown delivery tag closes the channel', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const closed = event(channel, 'error');
  channel.ack({ fields: { deliveryTag: 42 } });
  const error = await closed;
  assert.equal(error.code, 406);
  assert.match(error.message, /unknown delivery tag 42/);
});

test('a queue of another connection is locked', async (t) => {
  const queue = await ownQueue(await (await connected(t)).createChannel());
  const stranger = await (await connected(t)).createChannel();
  await closes(stranger, 405, /cannot obtain exclusive access to locked queue/, () => stranger.purgeQueue(queue));
});

test('a reserved name is refused', async (t) => {
  const channel = await (await connected(t)).createChannel();
  await closes(channel, 403, /reserved prefix/, () => channel.assertExchange('amq.mine', 'direct'));
});

test('a reply address without a consumer for the replies is refused', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const closed = event(channel, 'error');
  channel.sendToQueue('anywhere', Buffer.alloc(0), { replyTo: 'amq.rabbitmq.reply-to' });
  const error = await closed;
  assert.equal(error.code, 406);
  assert.match(error.message, /fast reply consumer does not exist/);
});

test('an exchange that is in use is kept when asked', async (t) => {
  const channel = await (await connected(t)).createChannel();
  const exchange = await ownExchange(t, channel, 'fanout');
  await channel.bindQueue(await ownQueue(channel), exchange, '');
  await closes(channel, 406, /in use/, () => channel.deleteExchange(exchange, { ifUnused: true }));
});

test('a wrong password is refused with a reason', async () => {
  await assert.rejects(connect('', 'guest:wrong'), /ACCESS.REFUSED/);
});

test('an unknown virtual host is refused by closing the connection properly', async () => {
  await assert.rejects(connect('/nowhere'), /ConnectionClose/);
});
