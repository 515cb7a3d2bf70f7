/** What the tests in this folder share: connections to the broker under test, and waiting without sleeping. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import amqp from 'amqplib';

const { AMQP_HOST = '127.0.0.1', AMQP_PORT = '5672' } = process.env;

/** Milliseconds after which something that should have happened counts as missing. */
export const PATIENCE = 30_000;

export function connect(path = '', credentials = 'guest:guest') {
  return amqp.connect(`amqp://${credentials}@${AMQP_HOST}:${AMQP_PORT}${path}`);
}

/** A connection of its own for a test, closed when the test ends, whatever became of it. */
export async function connected(test) {
  const connection = await connect();
  connection.on('error', () => {});
  test.after(() => connection.close().catch(() => {}));
  return connection;
}

/** A name that no other test uses. */
export function uniqueName(what) {
  return `${what}-${randomUUID()}`;
}

/** The name of a new queue that goes with its connection. */
export async function ownQueue(channel, options = {}) {
  return (await channel.assertQueue('', { exclusive: true, ...options })).queue;
}

/** The name of a new exchange that goes with its last binding or, at the latest, when the test ends. */
export async function ownExchange(test, channel, type, options = {}) {
  const { exchange } = await channel.assertExchange(uniqueName(type), type, { durable: false, ...options });
  test.after(async () => {
    const connection = await connect();
    await (await connection.createChannel()).deleteExchange(exchange);
    await connection.close();
  });
  return exchange;
}

/** The next messages of a queue, acknowledged; what comes behind them stays in the queue. */
export async function take(channel, queue, count = 1) {
  const taken = [];
  await channel.prefetch(count);
  const { promise, resolve } = settler();
  const { consumerTag } = await channel.consume(queue, (message) => {
    if (taken.push(message) === count) resolve();
  });
  await within(`message ${count} from ${queue}`, promise);
  await channel.cancel(consumerTag);
  taken.forEach((message) => channel.ack(message));
  return taken;
}

export async function bodies(channel, queue, count) {
  return (await take(channel, queue, count)).map((message) => message.content.toString());
}

/** The next event of that name, or a failure that says which one did not come. */
export async function event(emitter, name) {
  return (await within(`the event ${name}`, once(emitter, name)))[0];
}

/** What the promise gives, or a failure when it takes too long. */
export function within(what, promise) {
  const { promise: late, reject } = settler();
  const timer = setTimeout(() => reject(new Error(`${what} did not come`)), PATIENCE);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A promise with the functions that settle it. */
export function settler() {
  const settled = {};
  settled.promise = new Promise((resolve, reject) => Object.assign(settled, { resolve, reject }));
  return settled;
}

/** Asserts that the action makes the broker close the channel with this code and a matching text. */
export async function closes(channel, code, text, action) {
  const closed = event(channel, 'error');
  const failed = action();
  const error = await closed;
  await assert.rejects(async () => failed, 'what the closed channel was asked for fails');
  assert.equal(error.code, code, error.message);
  assert.match(error.message, text);
}
