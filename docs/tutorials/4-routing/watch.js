import amqp from 'amqplib';

const severities = process.argv.slice(2);
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertExchange('reports', 'direct', { durable: false });
const { queue } = await channel.assertQueue('', { exclusive: true });
for (const severity of severities) {
  await channel.bindQueue(queue, 'reports', severity);
}
await channel.consume(
  queue,
  ({ fields, content }) => console.log(`${fields.routingKey}: ${content}`),
  { noAck: true },
);
console.log(`watching for ${severities.join(', ')}`);
