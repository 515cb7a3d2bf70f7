import amqp from 'amqplib';

const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertExchange('announcements', 'fanout', { durable: false });
channel.publish('announcements', '', Buffer.from(process.argv[2]));

await channel.close();
await connection.close();
