import amqp from 'amqplib';

const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createChannel();

await channel.assertQueue('factors');
await channel.prefetch(1);
await channel.consume('factors', (request) => {
  const { replyTo, correlationId } = request.properties;
  const number = Number(request.content);
  console.log(`asked for the factors of ${number}`);
  channel.sendToQueue(replyTo, Buffer.from(factors(number).join(' x ')), { correlationId });
  channel.ack(request);
});
console.log('waiting for questions');

function factors(number) {
  const found = [];
  for (let factor = 2; factor * factor <= number; factor++) {
    while (number % factor === 0) {
      found.push(factor);
      number /= factor;
    }
  }
  return number > 1 ? [...found, number] : found;
}
