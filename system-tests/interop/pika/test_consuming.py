"""Consuming: prefetch, acknowledgements, redelivery, cancelling."""

import pika
from broker import BrokerTest


class ConsumingTest(BrokerTest):
    def consume(self, queue, **options):
        """A list that fills with (method, body) as messages arrive, and the consumer's tag."""
        arrived = []
        tag = self.channel.basic_consume(
            queue, lambda channel, method, properties, body: arrived.append((method, body)), **options
        )
        return arrived, tag

    def settled(self):
        """Lets the broker answer everything before this point: replies and deliveries share one order."""
        self.channel.queue_declare("", exclusive=True)
        self.connection.process_data_events()

    def test_messages_arrive_in_the_order_they_were_sent(self):
        queue = self.queue()
        sent = [b"%d" % number for number in range(500)]
        self.send(queue, *sent)
        self.assertEqual(sent, self.bodies(queue, 500))

    def test_no_more_than_the_prefetch_count_is_under_way(self):
        queue = self.queue()
        self.send(queue, *[b"%d" % number for number in range(10)])
        self.channel.basic_qos(prefetch_count=3)
        arrived, _ = self.consume(queue)
        self.wait_until(lambda: len(arrived) == 3, "three deliveries")
        self.settled()
        self.assertEqual(3, len(arrived))
        self.channel.basic_ack(arrived[1][0].delivery_tag, multiple=True)
        self.wait_until(lambda: len(arrived) == 5, "two more deliveries")
        self.settled()
        self.assertEqual([b"0", b"1", b"2", b"3", b"4"], [body for _, body in arrived])

    def test_the_prefetch_count_of_a_channel_is_shared_by_its_consumers(self):
        first, second = self.queue(), self.queue()
        self.channel.basic_qos(prefetch_count=2, global_qos=True)
        from_first, _ = self.consume(first)
        from_second, _ = self.consume(second)
        self.send(first, b"", b"")
        self.send(second, b"", b"")
        self.wait_until(lambda: len(from_first) + len(from_second) == 2, "two deliveries")
        self.settled()
        self.assertEqual(2, len(from_first) + len(from_second))

    def test_what_is_requeued_comes_again_in_its_old_place_and_says_so(self):
        queue = self.queue()
        self.send(queue, b"a", b"b", b"c")
        for expected in (b"a", b"b"):
            method, _, body = self.channel.basic_get(queue)
            self.assertEqual(expected, body)
        self.channel.basic_nack(method.delivery_tag, multiple=True, requeue=True)
        again = self.take(queue, 3)
        self.assertEqual([b"a", b"b", b"c"], [body for _, _, body in again])
        self.assertEqual([True, True, False], [method.redelivered for method, _, _ in again])

    def test_what_is_rejected_is_gone(self):
        queue = self.queue()
        self.send(queue, b"bad", b"good")
        method, _, _ = self.channel.basic_get(queue)
        self.channel.basic_reject(method.delivery_tag, requeue=False)
        self.assertEqual([b"good"], self.bodies(queue, 1))
        self.assertEqual(0, self.depth(queue))

    def test_recover_brings_back_what_was_not_acknowledged(self):
        queue = self.queue()
        self.send(queue, b"lost")
        self.channel.basic_get(queue)
        self.channel.basic_recover(requeue=True)
        method, _, body = self.take(queue)[0]
        self.assertEqual((b"lost", True), (body, method.redelivered))

    def test_a_closed_channel_gives_back_what_it_had(self):
        queue = self.queue()
        self.send(queue, b"kept")
        other = self.connection.channel()
        other.basic_get(queue)
        other.close()
        method, _, body = self.take(queue)[0]
        self.assertEqual((b"kept", True), (body, method.redelivered))

    def test_an_unknown_delivery_tag_is_refused(self):
        def acknowledge():
            self.channel.basic_ack(42)
            self.settled()

        self.assertIn("unknown delivery tag 42", self.refused(406, acknowledge))

    def test_a_cancelled_consumer_gets_nothing_more(self):
        queue = self.queue()
        arrived, tag = self.consume(queue, auto_ack=True)
        self.channel.basic_cancel(tag)
        self.send(queue, b"later")
        self.settled()
        self.assertEqual(([], 1), (arrived, self.depth(queue)))

    def test_a_consumer_learns_that_its_queue_was_deleted(self):
        queue = self.queue()
        _, tag = self.consume(queue)
        cancelled = []
        self.channel.add_on_cancel_callback(lambda frame: cancelled.append(frame.method.consumer_tag))
        self.channel.queue_delete(queue)
        self.wait_until(lambda: cancelled, "the notification")
        self.assertEqual([tag], cancelled)

    def test_consumers_take_turns(self):
        queue = self.queue()
        self.channel.basic_qos(prefetch_count=1)
        first, _ = self.consume(queue)
        second, _ = self.consume(queue)
        self.send(queue, b"a", b"b")
        self.wait_until(lambda: first and second, "a delivery for each")
        self.assertEqual([b"a", b"b"], sorted([first[0][1], second[0][1]]))

    def test_an_exclusive_consumer_keeps_others_out(self):
        queue = self.queue()
        self.consume(queue, exclusive=True)
        other = self.connection.channel()
        with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
            other.basic_consume(queue, print)
        self.assertEqual(403, closed.exception.reply_code)
        self.assertIn(f"queue '{queue}' in vhost '/' in exclusive use", closed.exception.reply_text)

    def test_the_consumer_of_highest_priority_is_served_first(self):
        queue = self.queue()
        low, _ = self.consume(queue, arguments={"x-priority": -1})
        high, _ = self.consume(queue, arguments={"x-priority": 10})
        self.send(queue, b"1", b"2", b"3")
        self.wait_until(lambda: len(high) == 3, "three deliveries")
        self.assertEqual([], low)

    def test_one_consumer_at_a_time_is_active(self):
        queue = self.queue(single_active_consumer=True)
        first, tag = self.consume(queue, auto_ack=True)
        second, _ = self.consume(queue, auto_ack=True)
        self.send(queue, b"1", b"2")
        self.wait_until(lambda: len(first) == 2, "two deliveries to the first")
        self.assertEqual([], second)
        self.channel.basic_cancel(tag)
        self.send(queue, b"3")
        self.wait_until(lambda: len(second) == 1, "a delivery to the second")
