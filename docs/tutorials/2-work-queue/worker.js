import { setTimeout } from 'node:timers/promises';
import amqp from 'amqplib';

const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertQueue('tasks');
await channel.prefetch(1);
await channel.consume('tasks', async (message) => {
  const task = message.content.toString();
  console.log(`begins ${task}`);
  const dots = task.split('.').length - 1;
  await setTimeout(dots * 500); // half a second of work for each dot
  console.log(`has done ${task}`);
  channel.ack(message);
});
console.log('waiting for tasks');
