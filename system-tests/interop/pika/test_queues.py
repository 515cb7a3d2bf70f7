"""Queues: declaring and deleting, whose they are, limits, priorities, dead letters."""

import pika
from broker import BrokerTest


class DeclarationTest(BrokerTest):
    def test_the_broker_invents_a_name(self):
        self.assertRegex(self.queue(), r"^amq\.gen-.+")

    def test_declaring_twice_is_the_same_as_once(self):
        name = self.name("twice")
        for _ in range(2):
            answer = self.channel.queue_declare(name, exclusive=True, arguments={"x-message-ttl": 60000}).method
            self.assertEqual((name, 0, 0), (answer.queue, answer.message_count, answer.consumer_count))

    def test_declaring_differently_is_refused(self):
        name = self.name("different")
        self.channel.queue_declare(name, exclusive=True)
        text = self.refused(406, lambda: self.channel.queue_declare(name, exclusive=True, auto_delete=True))
        self.assertIn(f"inequivalent arg 'auto_delete' for queue '{name}' in vhost '/'", text)
        arguments = {"x-max-length": 5}
        text = self.refused(406, lambda: self.channel.queue_declare(name, exclusive=True, arguments=arguments))
        self.assertIn("inequivalent arg 'x-max-length'", text)

    def test_a_missing_queue_is_not_found(self):
        name = self.name("missing")
        expected = f"NOT_FOUND - no queue '{name}' in vhost '/'"
        for action in (
            lambda: self.channel.queue_declare(name, passive=True),
            lambda: self.channel.basic_consume(name, print),
            lambda: self.channel.basic_get(name),
            lambda: self.channel.queue_purge(name),
            lambda: self.channel.queue_bind(name, "amq.direct", "key"),
        ):
            self.assertEqual(expected, self.refused(404, action))

    def test_deleting_a_missing_queue_is_no_error(self):
        self.assertEqual(0, self.channel.queue_delete(self.name("missing")).method.message_count)

    def test_reserved_names_are_refused(self):
        text = self.refused(403, lambda: self.channel.queue_declare("amq.mine", exclusive=True))
        self.assertIn("queue name 'amq.mine' contains reserved prefix 'amq.*'", text)

    def test_an_invalid_argument_is_refused(self):
        for arguments in ({"x-message-ttl": -1}, {"x-message-ttl": "soon"}, {"x-expires": 0}, {"x-overflow": "spill"}):
            with self.subTest(arguments):
                text = self.refused(406, lambda: self.channel.queue_declare("", exclusive=True, arguments=arguments))
                self.assertIn(f"invalid arg '{next(iter(arguments))}'", text)

    def test_purging_tells_how_many_messages_are_gone(self):
        queue = self.queue()
        self.send(queue, b"1", b"2", b"3")
        self.assertEqual(3, self.channel.queue_purge(queue).method.message_count)
        self.assertEqual(0, self.depth(queue))

    def test_deleting_may_insist_on_an_empty_queue(self):
        queue = self.queue()
        self.send(queue, b"1")
        self.assertIn("not empty", self.refused(406, lambda: self.channel.queue_delete(queue, if_empty=True)))
        self.assertEqual(1, self.channel.queue_delete(queue).method.message_count)

    def test_deleting_may_insist_on_an_unused_queue(self):
        queue = self.queue()
        self.connection.channel().basic_consume(queue, print)
        self.assertIn("in use", self.refused(406, lambda: self.channel.queue_delete(queue, if_unused=True)))


class OwnershipTest(BrokerTest):
    def test_an_exclusive_queue_is_locked_for_other_connections(self):
        queue = self.queue()
        with self.assertRaises(pika.exceptions.ChannelClosedByBroker) as closed:
            self.connected().channel().queue_declare(queue, passive=True)
        self.assertEqual(405, closed.exception.reply_code)
        self.assertIn(f"cannot obtain exclusive access to locked queue '{queue}'", closed.exception.reply_text)

    def test_an_exclusive_queue_goes_with_its_connection(self):
        owner = self.connected()
        queue = owner.channel().queue_declare("", exclusive=True).method.queue
        owner.close()
        self.refused(404, lambda: self.channel.queue_declare(queue, passive=True))

    def test_an_automatic_queue_goes_with_its_last_consumer(self):
        name = self.name("automatic")
        self.channel.queue_declare(name, auto_delete=True)
        tag = self.channel.basic_consume(name, print)
        self.channel.basic_cancel(tag)
        self.refused(404, lambda: self.channel.queue_declare(name, passive=True))

    def test_a_durable_and_a_transient_queue_outlive_their_connection(self):
        for durable in (True, False):
            name = self.name("lasting")
            self.on_fresh_channel(lambda channel: channel.queue_declare(name, durable=durable))
            self.assertEqual(0, self.depth(name))
            self.channel.queue_delete(name)


class LimitTest(BrokerTest):
    def test_the_oldest_messages_give_way_when_a_queue_is_full(self):
        queue = self.queue(max_length=2)
        self.send(queue, b"1", b"2", b"3")
        self.assertEqual([b"2", b"3"], self.bodies(queue, 2))

    def test_a_queue_can_be_limited_in_bytes(self):
        queue = self.queue(max_length_bytes=10)
        self.send(queue, b"12345", b"67890", b"abc")
        self.assertEqual([b"67890", b"abc"], self.bodies(queue, 2))

    def test_messages_of_higher_priority_overtake(self):
        queue = self.queue(max_priority=10)
        for priority in (0, 5, 10, 5, None):
            self.send(queue, str(priority).encode(), priority=priority)
        self.assertEqual([b"10", b"5", b"5", b"0", b"None"], self.bodies(queue, 5))

    def test_a_queue_that_nobody_uses_expires(self):
        queue = self.queue(expires=50)
        deleted = []

        def gone():
            try:
                self.connection.channel().queue_declare(queue, passive=True)
            except pika.exceptions.ChannelClosedByBroker as closed:
                deleted.append(closed.reply_code)
            return deleted

        # Asking counts as use, so the first look comes after the connection was quiet for longer than that.
        self.connection.sleep(0.3)
        self.wait_until(gone, "expiry")
        self.assertEqual([404], deleted)


class DeadLetterTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.dead = self.exchange("fanout")
        self.grave = self.bound(self.dead)

    def only_death(self, properties):
        deaths = properties.headers["x-death"]
        self.assertEqual(1, len(deaths))
        return deaths[0]

    def test_a_rejected_message_tells_where_it_died(self):
        queue = self.queue(dead_letter_exchange=self.dead)
        self.channel.queue_bind(queue, "amq.direct", queue + ".key")
        self.channel.basic_publish("amq.direct", queue + ".key", b"bad", pika.BasicProperties(headers={"own": 1}))
        method, _, _ = self.take_unsettled(queue)
        self.channel.basic_nack(method.delivery_tag, requeue=False)
        method, properties, body = self.take(self.grave)[0]
        self.assertEqual((b"bad", self.dead, queue + ".key"), (body, method.exchange, method.routing_key))
        death = self.only_death(properties)
        self.assertIsNotNone(death.pop("time"))
        self.assertEqual(
            {
                "count": 1,
                "reason": "rejected",
                "queue": queue,
                "exchange": "amq.direct",
                "routing-keys": [queue + ".key"],
            },
            death,
        )
        headers = {name: value for name, value in properties.headers.items() if name.startswith("x-first-death")}
        self.assertEqual(
            {"x-first-death-reason": "rejected", "x-first-death-queue": queue, "x-first-death-exchange": "amq.direct"},
            headers,
        )
        self.assertEqual(1, properties.headers["own"])

    def take_unsettled(self, queue):
        got = []

        def one():
            method, properties, body = self.channel.basic_get(queue)
            if method:
                got.append((method, properties, body))
            return got

        self.wait_until(one, "a message")
        return got[0]

    def test_messages_die_of_the_queues_time_to_live(self):
        queue = self.queue(message_ttl=20, dead_letter_exchange=self.dead)
        self.send(queue, b"late")
        _, properties, body = self.take(self.grave)[0]
        death = self.only_death(properties)
        self.assertEqual((b"late", "expired", queue), (body, death["reason"], death["queue"]))
        self.assertNotIn("original-expiration", death)

    def test_messages_die_of_their_own_time_to_live(self):
        queue = self.queue(dead_letter_exchange=self.dead)
        self.send(queue, b"late", expiration="20")
        _, properties, _ = self.take(self.grave)[0]
        death = self.only_death(properties)
        self.assertEqual(("expired", "20"), (death["reason"], death["original-expiration"]))
        self.assertIsNone(properties.expiration, "a dead letter does not expire again")

    def test_messages_die_when_the_queue_is_full(self):
        queue = self.queue(max_length=1, dead_letter_exchange=self.dead)
        self.send(queue, b"old", b"new")
        _, properties, body = self.take(self.grave)[0]
        self.assertEqual((b"old", "maxlen"), (body, self.only_death(properties)["reason"]))

    def test_a_dead_letter_may_get_another_routing_key(self):
        grave = self.queue()
        queue = self.queue(message_ttl=1, dead_letter_exchange="", dead_letter_routing_key=grave)
        self.send(queue, b"moved")
        method, _, body = self.take(grave)[0]
        self.assertEqual((b"moved", grave), (body, method.routing_key))

    def test_each_further_death_is_counted(self):
        queue = self.queue(dead_letter_exchange=self.dead)
        self.send(queue, b"again")
        for count in (1, 2, 3):
            method, _, _ = self.take_unsettled(queue)
            self.channel.basic_reject(method.delivery_tag, requeue=False)
            _, properties, body = self.take(self.grave)[0]
            self.assertEqual(count, self.only_death(properties)["count"])
            self.channel.basic_publish("", queue, body, properties)

    def test_an_invalid_expiration_is_refused(self):
        queue = self.queue()
        self.channel.confirm_delivery()
        self.assertIn("invalid expiration", self.refused(406, lambda: self.send(queue, b"", expiration="soon")))
