/** The names that the programs share, and how the broker gets what is behind them. */

/** The exchange that pictures are published to. The key is the filter, so that one could get workers of its own. */
export const PHOTOS = 'photos';

/** The queue that all workers share. */
export const WORK = 'photos.work';

/** The exchange for what no worker could do, and the queue in which it can be looked at. */
export const FAILED = 'photos.failed';

/** The exchange of everything that is said in topics: here MQTT, STOMP and AMQP meet. */
export const TOPICS = 'amq.topic';

const DAY = 24 * 60 * 60 * 1000;

/** Makes what is missing; harmless where it is there. */
export async function declare(channel) {
  await channel.assertExchange(FAILED, 'fanout');
  await channel.assertQueue(FAILED, { maxLength: 20, messageTtl: DAY });
  await channel.bindQueue(FAILED, FAILED, '');
  await channel.assertExchange(PHOTOS, 'topic');
  // A picture that has been the end of three workers is not given to a fourth.
  await channel.assertQueue(WORK, { deadLetterExchange: FAILED, arguments: { 'x-delivery-limit': 3 } });
  await channel.bindQueue(WORK, PHOTOS, '#');
}

/** Tells everybody who listens how a picture gets on: MQTT topic photos/ID/event, STOMP's /topic/photos.ID.event. */
export function tell(channel, photo, event) {
  channel.publish(TOPICS, `photos.${photo}.event`, Buffer.from(JSON.stringify(event)), {
    contentType: 'application/json',
  });
}
