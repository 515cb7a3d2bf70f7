"""Publishing: bodies, confirms, returned messages, transactions."""

import pika
from broker import BrokerTest


class PublishingTest(BrokerTest):
    def test_a_message_that_is_got_is_the_one_that_was_published(self):
        queue = self.queue()
        self.send(queue, b"first", b"second")
        method, _, body = self.channel.basic_get(queue)
        self.assertEqual(b"first", body)
        self.assertEqual(("", queue, False), (method.exchange, method.routing_key, method.redelivered))
        self.assertEqual(1, method.message_count)
        self.channel.basic_ack(method.delivery_tag)
        self.assertEqual(b"second", self.channel.basic_get(queue, auto_ack=True)[2])

    def test_an_empty_queue_answers_get_with_nothing(self):
        self.assertEqual((None, None, None), self.channel.basic_get(self.queue()))

    def test_an_empty_body_arrives(self):
        queue = self.queue()
        self.send(queue, b"", message_id="empty")
        _, properties, body = self.take(queue)[0]
        self.assertEqual((b"", "empty"), (body, properties.message_id))

    def test_a_body_of_a_mebibyte_arrives_unchanged(self):
        queue = self.queue()
        sent = bytes(range(256)) * 4096
        self.send(queue, sent)
        self.assertEqual([sent], self.bodies(queue, 1))

    def test_a_body_is_split_into_the_frames_that_were_negotiated(self):
        connection = self.connected(frame_max=4096)
        self.channel = connection.channel()
        queue = self.queue()
        sent = b"0123456789" * 10_000
        self.send(queue, sent)
        self.assertEqual([sent], self.bodies(queue, 1))

    def test_a_body_over_the_limit_is_refused(self):
        queue = self.queue()
        self.channel.confirm_delivery()
        text = self.refused(406, lambda: self.send(queue, bytes(17 * 1024 * 1024)))
        self.assertIn("larger than configured max size", text)


class ConfirmTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.channel.confirm_delivery()

    def test_each_message_is_confirmed(self):
        queue = self.queue()
        for number in range(100):  # basic_publish returns when the broker has confirmed
            self.send(queue, b"%d" % number)
        self.assertEqual(100, self.depth(queue))

    def test_a_mandatory_message_without_a_queue_comes_back(self):
        with self.assertRaises(pika.exceptions.UnroutableError) as unroutable:
            self.channel.basic_publish(
                "amq.direct", "nobody", b"back", pika.BasicProperties(message_id="m-1"), mandatory=True
            )
        returned = unroutable.exception.messages[0]
        self.assertEqual((b"back", "m-1"), (returned.body, returned.properties.message_id))
        self.assertEqual((312, "NO_ROUTE"), (returned.method.reply_code, returned.method.reply_text))
        self.assertEqual(("amq.direct", "nobody"), (returned.method.exchange, returned.method.routing_key))

    def test_a_message_without_a_queue_is_confirmed_when_it_is_not_mandatory(self):
        self.channel.basic_publish("amq.direct", "nobody", b"gone")
        self.assertTrue(self.channel.is_open)

    def test_a_full_queue_refuses_with_a_negative_confirm(self):
        queue = self.queue(max_length=1, overflow="reject-publish")
        self.send(queue, b"fits")
        with self.assertRaises(pika.exceptions.NackError):
            self.send(queue, b"too many")
        self.assertEqual([b"fits"], self.bodies(queue, 1))

    def test_a_channel_with_confirms_has_no_transactions(self):
        text = self.refused(406, self.channel.tx_select)
        self.assertIn("cannot switch from confirm to tx mode", text)


class ReturnTest(BrokerTest):
    def test_a_mandatory_message_comes_back_without_confirms_too(self):
        returned = []
        self.channel.add_on_return_callback(lambda channel, method, properties, body: returned.append((method, body)))
        self.channel.basic_publish("", self.name("nobody"), b"back", mandatory=True)
        self.wait_until(lambda: returned, "the return")
        method, body = returned[0]
        self.assertEqual((312, b"back"), (method.reply_code, body))


class TransactionTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.channel.tx_select()
        self.target = self.queue()

    def test_messages_appear_with_the_commit(self):
        self.send(self.target, b"one", b"two")
        self.assertEqual(0, self.depth(self.target))
        self.channel.tx_commit()
        self.assertEqual(2, self.depth(self.target))

    def test_messages_that_were_rolled_back_never_appear(self):
        self.send(self.target, b"never")
        self.channel.tx_rollback()
        self.channel.tx_commit()
        self.assertEqual(0, self.depth(self.target))

    def test_an_acknowledgement_that_was_rolled_back_does_not_count(self):
        self.send(self.target, b"kept")
        self.channel.tx_commit()
        method, _, _ = self.channel.basic_get(self.target)
        self.channel.basic_ack(method.delivery_tag)
        self.channel.tx_rollback()
        self.channel.close()
        self.channel = self.connection.channel()
        method, _, body = self.channel.basic_get(self.target)
        self.assertEqual((b"kept", True), (body, method.redelivered))
