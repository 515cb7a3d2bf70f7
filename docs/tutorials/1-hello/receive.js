import amqp from 'amqplib';

const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertQueue('hello');
await channel.consume('hello', (message) => {
  console.log(`received: ${message.content}`);
  channel.ack(message);
});
console.log('waiting for messages');
