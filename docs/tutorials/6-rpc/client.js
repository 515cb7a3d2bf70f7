import { randomUUID } from 'node:crypto';
import amqp from 'amqplib';

const number = process.argv[2];
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
const correlationId = randomUUID();
await channel.consume(
  replyTo,
  (reply) => {
    if (reply.properties.correlationId === correlationId) {
      console.log(`${number} = ${reply.content}`);
      connection.close();
    }
  },
  { noAck: true },
);
channel.sendToQueue('factors', Buffer.from(number), { replyTo, correlationId });
