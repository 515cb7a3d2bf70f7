/** Takes a picture at a time out of the queue, applies its filter, and says how it gets on. Speaks AMQP. */

import { setTimeout } from 'node:timers/promises';
import amqp from 'amqplib';
import { imageSize } from 'image-size';
import { Jimp } from 'jimp';
import { filters } from './filters.js';
import { declare, tell, TOPICS, WORK } from './topology.js';

const { AMQP_URL, WORKER = 'worker', PAUSE = '60' } = process.env;

/** Some pictures are small as a file and would fill the memory. */
const MAX_PIXELS = 50_000_000;

/** The longest side of what comes out. */
const SIDE = 1024;

/** Why a picture is not worked on, in words for those who look at the page. */
class Refusal extends Error {}

/** Applies a filter; tells the progress in percent. */
async function develop(bytes, filter, progress) {
  const { width, height } = imageSize(bytes);
  if (width * height > MAX_PIXELS) {
    throw new Refusal(`${width} x ${height} are too many pixels`);
  }
  const picture = await Jimp.read(bytes);
  await progress(20);
  if (Math.max(width, height) > SIDE) {
    picture.scaleToFit({ w: SIDE, h: SIDE });
  }
  await progress(30);
  for (const part of filters[filter](picture)) {
    await progress(Math.round(30 + 60 * part));
  }
  return picture.getBuffer('image/jpeg', { quality: 85 });
}

async function work(channel, message) {
  const photo = message.properties.messageId;
  const { filter, name } = message.properties.headers ?? {};
  const report = (state, more) => tell(channel, photo, { name, filter, worker: WORKER, state, ...more });
  try {
    const result = await develop(message.content, filter, async (percent) => {
      report('working', { percent });
      await setTimeout(Number(PAUSE)); // lets the socket have its turn, and people see something
    });
    channel.publish(TOPICS, `photos.${photo}.picture`, result, { contentType: 'image/jpeg' });
    report('done', { percent: 100 });
    channel.ack(message);
    console.log(`${filter}: ${name}`);
  } catch (error) {
    const reason = error instanceof Refusal ? error.message : 'this is no picture that can be read';
    report('failed', { reason });
    channel.reject(message, false); // where it goes says the queue: to the failed ones
    console.log(`failed: ${name}: ${error.message}`);
  }
}

const connection = await amqp.connect(AMQP_URL);
const channel = await connection.createChannel();
await declare(channel);
await channel.prefetch(1);
await channel.consume(WORK, (message) => work(channel, message));
console.log('waiting for pictures');
