import amqp from 'amqplib';

const connection = await amqp.connect(process.env.AMQP_URL); // amqp://localhost, if it is not set
const channel = await connection.createChannel();

await channel.assertQueue('hello');
channel.sendToQueue('hello', Buffer.from('Hello, Waypost!'));
console.log('sent');

await channel.close();
await connection.close();
