"""Exchanges: where messages go."""

from broker import BrokerTest
from pika import BasicProperties


class RoutingTest(BrokerTest):
    def setUp(self):
        super().setUp()
        self.channel.confirm_delivery()  # so that a message is in its queues when publishing returns

    def reached(self, exchange, key, queues, headers=None):
        """The names, in the given mapping, of the queues that a message with that key reaches."""
        self.channel.basic_publish(exchange, key, b"", BasicProperties(headers=headers))
        return {name for name, queue in queues.items() if self.channel.queue_purge(queue).method.message_count}

    def test_direct_compares_the_key(self):
        exchange = self.exchange("direct")
        queues = {key: self.bound(exchange, key) for key in ("red", "green")}
        self.assertEqual({"red"}, self.reached(exchange, "red", queues))
        self.assertEqual(set(), self.reached(exchange, "blue", queues))

    def test_fanout_ignores_the_key(self):
        exchange = self.exchange("fanout")
        queues = {key: self.bound(exchange, key) for key in ("red", "green")}
        self.assertEqual({"red", "green"}, self.reached(exchange, "blue", queues))

    def test_topic_matches_words(self):
        exchange = self.exchange("topic")
        queues = {
            pattern: self.bound(exchange, pattern)
            for pattern in ("#", "*.orange.*", "*.*.rabbit", "lazy.#", "quick.orange.rabbit", "quick")
        }
        expected = {
            "quick.orange.rabbit": {"#", "*.orange.*", "*.*.rabbit", "quick.orange.rabbit"},
            "lazy.orange.elephant": {"#", "*.orange.*", "lazy.#"},
            "lazy": {"#", "lazy.#"},
            "lazy.pink.big.rabbit": {"#", "lazy.#"},
            "quick": {"#", "quick"},
            "": {"#"},
        }
        for key, patterns in expected.items():
            self.assertEqual(patterns, self.reached(exchange, key, queues), key)

    def test_headers_match_all_or_any(self):
        exchange = self.exchange("headers")
        pattern = {"format": "pdf", "pages": 3}
        queues = {match: self.bound(exchange, "", {**pattern, "x-match": match}) for match in ("all", "any")}
        self.assertEqual({"all", "any"}, self.reached(exchange, "", queues, {**pattern, "more": True}))
        self.assertEqual({"any"}, self.reached(exchange, "", queues, {"format": "pdf"}))
        self.assertEqual(set(), self.reached(exchange, "", queues, {"format": "zip"}))
        self.assertEqual(set(), self.reached(exchange, "", queues))

    def test_a_queue_gets_one_copy_however_many_bindings_match(self):
        exchange = self.exchange("topic")
        queue = self.bound(exchange, "a.*")
        self.channel.queue_bind(queue, exchange, "#")
        self.channel.basic_publish(exchange, "a.b", b"")
        self.assertEqual(1, self.depth(queue))

    def test_an_exchange_can_feed_another(self):
        source, target = self.exchange("direct"), self.exchange("fanout")
        queue = self.bound(target)
        self.channel.exchange_bind(target, source, "key")
        self.assertEqual({"far"}, self.reached(source, "key", {"far": queue}))
        self.channel.exchange_unbind(target, source, "key")
        self.assertEqual(set(), self.reached(source, "key", {"far": queue}))

    def test_what_matches_nothing_goes_to_the_alternate_exchange(self):
        alternate = self.exchange("fanout")
        exchange = self.exchange("direct", arguments={"alternate-exchange": alternate})
        queues = {"main": self.bound(exchange, "known"), "rest": self.bound(alternate)}
        self.assertEqual({"main"}, self.reached(exchange, "known", queues))
        self.assertEqual({"rest"}, self.reached(exchange, "unknown", queues))

    def test_an_unbound_queue_gets_nothing_more(self):
        exchange = self.exchange("direct")
        queue = self.bound(exchange, "key")
        self.channel.queue_unbind(queue, exchange, "key")
        self.assertEqual(set(), self.reached(exchange, "key", {"queue": queue}))

    def test_the_predeclared_exchanges_are_there(self):
        for kind, name in [(kind, "amq." + kind) for kind in ("direct", "fanout", "topic", "headers")] + [
            ("headers", "amq.match")
        ]:
            self.channel.exchange_declare(name, kind, durable=True)
        self.assertTrue(self.channel.is_open)


class RefusalTest(BrokerTest):
    def test_a_missing_exchange_is_not_found(self):
        name = self.name("missing")

        def publish():
            self.channel.basic_publish(name, "", b"")
            self.channel.queue_declare("", exclusive=True)

        expected = f"NOT_FOUND - no exchange '{name}' in vhost '/'"
        self.assertEqual(expected, self.refused(404, lambda: self.channel.exchange_declare(name, passive=True)))
        self.assertEqual(expected, self.refused(404, publish))
        self.assertEqual(expected, self.refused(404, lambda: self.channel.queue_bind(self.queue(), name)))

    def test_another_type_is_refused(self):
        name = self.exchange("direct")
        text = self.refused(406, lambda: self.channel.exchange_declare(name, "topic"))
        self.assertIn(f"inequivalent arg 'type' for exchange '{name}' in vhost '/'", text)

    def test_an_unknown_type_is_refused(self):
        text = self.refused(406, lambda: self.channel.exchange_declare(self.name("odd"), "x-odd"))
        self.assertIn("unknown exchange type 'x-odd'", text)

    def test_an_internal_exchange_takes_no_messages(self):
        name = self.exchange("fanout", internal=True)

        def publish():
            self.channel.basic_publish(name, "", b"")
            self.channel.queue_declare("", exclusive=True)

        self.assertIn("cannot publish to internal exchange", self.refused(403, publish))

    def test_the_default_exchange_can_not_be_changed(self):
        for action in (
            lambda: self.channel.exchange_delete(""),
            lambda: self.channel.queue_bind(self.queue(), "", "key"),
        ):
            self.assertIn("operation not permitted on the default exchange", self.refused(403, action))

    def test_an_exchange_in_use_is_kept_when_asked(self):
        name = self.exchange("fanout")
        self.bound(name)
        self.assertIn("in use", self.refused(406, lambda: self.channel.exchange_delete(name, if_unused=True)))

    def test_an_automatic_exchange_goes_with_its_last_binding(self):
        name = self.exchange("fanout", auto_delete=True)
        self.channel.queue_unbind(self.bound(name), name, "")
        self.refused(404, lambda: self.channel.exchange_declare(name, passive=True))
