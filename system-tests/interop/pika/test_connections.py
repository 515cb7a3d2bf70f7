"""Connections: who may come in, what is negotiated, how they live and end."""

import pika
from broker import PATIENCE, BrokerTest, connect


class ConnectionTest(BrokerTest):
    def test_the_broker_tells_what_it_can_do(self):
        self.assertTrue(self.connection.basic_nack_supported)
        self.assertTrue(self.connection.consumer_cancel_notify_supported)
        self.assertTrue(self.connection.exchange_exchange_bindings_supported)
        self.assertTrue(self.connection.publisher_confirms_supported)

    def test_a_wrong_password_is_refused_with_a_reason(self):
        with self.assertRaises(pika.exceptions.ProbableAuthenticationError) as refused:
            connect(password="wrong")
        self.assertIn("ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN", str(refused.exception))

    def test_an_unknown_virtual_host_is_refused_with_a_reason(self):
        with self.assertRaises(pika.exceptions.ProbableAccessDeniedError) as refused:
            connect(virtual_host="nowhere")
        self.assertIn("vhost nowhere not found", str(refused.exception))

    def test_heartbeats_keep_an_idle_connection(self):
        connection = self.connected(heartbeat=2)
        connection.sleep(7)  # the client would give up after two intervals without a heartbeat
        self.assertTrue(connection.channel().is_open)

    def test_a_connection_that_may_be_blocked_works(self):
        connection = self.connected()
        blocked = []
        connection.add_on_connection_blocked_callback(lambda *_: blocked.append(True))
        connection.add_on_connection_unblocked_callback(lambda *_: blocked.append(False))
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.basic_publish("", queue, b"free")
        self.assertEqual(b"free", next(channel.consume(queue, inactivity_timeout=PATIENCE))[2])
        self.assertEqual([], blocked)

    def test_channels_are_independent(self):
        channels = [self.connection.channel() for _ in range(50)]
        queue = self.queue()
        for number, channel in enumerate(channels):
            channel.basic_publish("", queue, b"%d" % number)
        self.wait_until(lambda: self.depth(queue) == 50, "the last message")
        self.refused(404, lambda: channels[0].queue_declare(self.name("missing"), passive=True))
        self.assertTrue(all(channel.is_open for channel in channels[1:]))

    def test_more_channels_than_negotiated_are_refused(self):
        connection = self.connected(channel_max=2)
        connection.channel(1)
        connection.channel(2)
        with self.assertRaises(pika.exceptions.ConnectionClosedByBroker) as closed:
            connection.channel(3)
        self.assertEqual(530, closed.exception.reply_code)

    def test_what_is_not_offered_closes_the_connection_with_a_reason(self):
        with self.assertRaises(pika.exceptions.ConnectionClosedByBroker) as closed:
            self.channel.basic_qos(prefetch_size=10)
        self.assertEqual(540, closed.exception.reply_code)
        self.assertIn("prefetch_size!=0 (10)", closed.exception.reply_text)
