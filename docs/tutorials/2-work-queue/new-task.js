import amqp from 'amqplib';

const tasks = process.argv.slice(2);
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createConfirmChannel();

await channel.assertQueue('tasks');
for (const task of tasks) {
  channel.sendToQueue('tasks', Buffer.from(task), { persistent: true });
}
await channel.waitForConfirms();
console.log(`${tasks.length} tasks are in the broker's hands`);

await connection.close();
