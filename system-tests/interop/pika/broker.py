"""What the tests in this folder share: connections to the broker under test, and waiting without sleeping."""

import os
import time
import unittest
import uuid

import pika

HOST = os.environ.get("AMQP_HOST", "127.0.0.1")
PORT = int(os.environ.get("AMQP_PORT", "5672"))

PATIENCE = 30
"""Seconds after which something that should have happened counts as missing."""


def connect(user="guest", password="guest", **options):
    return pika.BlockingConnection(
        pika.ConnectionParameters(
            HOST,
            PORT,
            credentials=pika.PlainCredentials(user, password),
            socket_timeout=PATIENCE,
            blocked_connection_timeout=PATIENCE,
            **options,
        )
    )


class BrokerTest(unittest.TestCase):
    """One connection and one channel for each test; queues and exchanges that vanish with them."""

    def setUp(self):
        self.connection = self.connected()
        self.channel = self.connection.channel()

    def connected(self, **options):
        """A further connection, closed when the test ends."""
        connection = connect(**options)

        def close():
            if connection.is_open:
                connection.close()

        self.addCleanup(close)
        return connection

    @staticmethod
    def name(what):
        """A name that no other test uses."""
        return f"{what}-{uuid.uuid4()}"

    def queue(self, **arguments):
        """The name of a new queue of this connection, with these x- arguments."""
        named = {"x-" + key.replace("_", "-"): value for key, value in arguments.items()}
        return self.channel.queue_declare("", exclusive=True, arguments=named).method.queue

    def exchange(self, kind, **options):
        """The name of a new exchange, deleted when the test ends."""
        name = self.name(kind)
        self.channel.exchange_declare(name, kind, **options)
        self.addCleanup(self.on_fresh_channel, lambda channel: channel.exchange_delete(name))
        return name

    def bound(self, exchange, key="", arguments=None):
        """The name of a new queue that is bound to the exchange."""
        queue = self.queue()
        self.channel.queue_bind(queue, exchange, key, arguments)
        return queue

    def on_fresh_channel(self, action):
        """Does something that must work whatever became of the test's own channel and connection."""
        connection = connect()
        try:
            return action(connection.channel())
        finally:
            connection.close()

    def send(self, queue, *bodies, **properties):
        for body in bodies:
            self.channel.basic_publish("", queue, body, pika.BasicProperties(**properties))

    def take(self, queue, count=1):
        """The next messages of a queue, acknowledged, waiting for each; (method, properties, body) triples."""
        taken = []
        for method, properties, body in self.channel.consume(queue, inactivity_timeout=PATIENCE):
            self.assertIsNotNone(method, f"message {len(taken) + 1} of {count} did not come to {queue}")
            self.channel.basic_ack(method.delivery_tag)
            taken.append((method, properties, body))
            if len(taken) == count:
                self.channel.cancel()
                return taken
        self.fail(f"the consumer of {queue} was cancelled")

    def bodies(self, queue, count):
        return [body for _, _, body in self.take(queue, count)]

    def depth(self, queue):
        """How many messages are ready in the queue."""
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def wait_until(self, condition, what):
        """Lets the connections work until the condition holds."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, f"{what} did not happen")
            self.connection.process_data_events(time_limit=0.05)

    def refused(self, code, action):
        """Asserts that the broker closes the channel with this code, and returns its text."""
        with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
            action()
        self.assertEqual(code, closed.exception.reply_code, closed.exception.reply_text)
        self.assertTrue(self.connection.is_open, "the connection outlives its channel")
        self.channel = self.connection.channel()
        return closed.exception.reply_text
