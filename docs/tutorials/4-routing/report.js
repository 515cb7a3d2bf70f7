import amqp from 'amqplib';

const [severity, text] = process.argv.slice(2);
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertExchange('reports', 'direct', { durable: false });
channel.publish('reports', severity, Buffer.from(text));

await channel.close();
await connection.close();
