import amqp from 'amqplib';

const [topic, text] = process.argv.slice(2);
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

channel.publish('amq.topic', topic, Buffer.from(text));

await channel.close();
await connection.close();
