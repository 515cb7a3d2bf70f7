"""What a message carries comes through untouched."""

from datetime import datetime
from decimal import Decimal

import pika
from broker import BrokerTest


class MessageTest(BrokerTest):
    def round_trip(self, **properties):
        queue = self.queue()
        self.send(queue, b"body", **properties)
        return self.take(queue)[0][1]

    def test_every_property_arrives(self):
        sent = dict(
            content_type="text/plain",
            content_encoding="utf-8",
            delivery_mode=2,
            priority=7,
            correlation_id="c-1",
            reply_to="answers",
            expiration="60000",
            message_id="m-1",
            timestamp=1_700_000_000,
            type="greeting",
            user_id="guest",
            app_id="post",
            cluster_id="none",
        )
        arrived = self.round_trip(**sent)
        self.assertEqual(sent, {name: getattr(arrived, name) for name in sent})

    def test_no_property_appears_that_was_not_sent(self):
        arrived = self.round_trip()
        self.assertEqual(vars(pika.BasicProperties()), vars(arrived))

    def test_headers_of_every_type_arrive(self):
        sent = {
            "text": "Grüße, 郵便",
            "empty text": "",
            "bytes": b"\x00\x01\xfe\xff",
            "true": True,
            "false": False,
            "zero": 0,
            "negative": -1,
            "int": 2**31 - 1,
            "long": 2**40,
            "decimal": Decimal("-31.4159"),
            "time": datetime(2026, 2, 28, 23, 59, 59),
            "nothing": None,
            "list": ["one", 2, None, [True, [b"deep"]]],
            "empty list": [],
            "table": {"inner": {"innermost": [1, {"and": "out"}]}},
            "empty table": {},
        }
        self.assertEqual(sent, self.round_trip(headers=sent).headers)

    def test_a_long_text_header_arrives(self):
        sent = {"long": "x" * 20_000}
        self.assertEqual(sent, self.round_trip(headers=sent).headers)

    def test_a_wrong_user_id_is_refused(self):
        queue = self.queue()
        self.channel.confirm_delivery()
        text = self.refused(406, lambda: self.send(queue, b"", user_id="somebody"))
        self.assertIn("user_id property set to 'somebody' but authenticated user was 'guest'", text)

    def test_cc_and_bcc_reach_further_queues_and_only_cc_is_shown(self):
        to, copy, blind = self.queue(), self.queue(), self.queue()
        self.send(to, b"news", headers={"CC": [copy], "BCC": [blind]})
        for queue in (to, copy, blind):
            method, properties, body = self.take(queue)[0]
            self.assertEqual(b"news", body)
            self.assertEqual({"CC": [copy]}, properties.headers)
        self.assertEqual(to, method.routing_key)
