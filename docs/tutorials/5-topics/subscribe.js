import amqp from 'amqplib';

const patterns = process.argv.slice(2);
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

const { queue } = await channel.assertQueue('', { exclusive: true });
for (const pattern of patterns) {
  await channel.bindQueue(queue, 'amq.topic', pattern);
}
await channel.consume(
  queue,
  ({ fields, content }) => console.log(`${fields.routingKey}: ${content}`),
  { noAck: true },
);
console.log(`subscribed to ${patterns.join(' and ')}`);
