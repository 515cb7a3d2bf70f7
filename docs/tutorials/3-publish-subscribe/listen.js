import amqp from 'amqplib';

const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertExchange('announcements', 'fanout', { durable: false });
const { queue } = await channel.assertQueue('', { exclusive: true });
await channel.bindQueue(queue, 'announcements', '');
await channel.consume(queue, (message) => console.log(`heard: ${message.content}`), { noAck: true });
console.log('listening');
