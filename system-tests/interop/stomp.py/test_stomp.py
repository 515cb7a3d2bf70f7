"""The client library stomp.py finds the broker that it expects."""

import os
import queue
import unittest
import uuid

import stomp

HOST = os.environ.get("BROKER_HOST", "127.0.0.1")
PORT = int(os.environ.get("STOMP_PORT", "61613"))

PATIENCE = 30
"""Seconds after which something that should have happened counts as missing."""

CONNECTIONS = {
    "1.0": stomp.StompConnection10,
    "1.1": stomp.StompConnection11,
    "1.2": stomp.StompConnection12,
}


class Inbox(stomp.ConnectionListener):
    """What arrived, kind by kind."""

    def __init__(self):
        self.messages = queue.Queue()
        self.receipts = queue.Queue()
        self.errors = queue.Queue()
        self.ends = queue.Queue()

    def on_message(self, frame):
        self.messages.put(frame)

    def on_receipt(self, frame):
        self.receipts.put(frame.headers["receipt-id"])

    def on_error(self, frame):
        self.errors.put(frame)

    def on_disconnected(self):
        self.ends.put(True)


class StompTest(unittest.TestCase):
    def connected(self, version="1.2", password="guest", **options):
        connection = CONNECTIONS[version]([(HOST, PORT)], **options)
        inbox = Inbox()
        connection.set_listener("", inbox)
        connection.connect("guest", password, wait=True)

        def close():
            if connection.is_connected():
                connection.disconnect()

        self.addCleanup(close)
        return connection, inbox

    @staticmethod
    def name(what):
        """A name that no other test uses."""
        return f"{what}-{uuid.uuid4()}"

    def receipt(self, inbox, expected):
        self.assertEqual(expected, inbox.receipts.get(timeout=PATIENCE))

    def test_round_trip_in_every_version(self):
        for version in CONNECTIONS:
            with self.subTest(version):
                connection, inbox = self.connected(version)
                destination = "/queue/" + self.name("round")
                connection.subscribe(destination, id="s", ack="auto")
                # The library takes backslashes for escapes in 1.0, too, which has none.
                own = "a:b" if version == "1.0" else "a:b\\c"
                connection.send(destination, "grüße \U0001f600", content_type="text/plain", own=own)
                message = inbox.messages.get(timeout=PATIENCE)
                self.assertEqual("grüße \U0001f600", message.body)
                self.assertEqual(destination, message.headers["destination"])
                self.assertEqual("text/plain", message.headers["content-type"])
                self.assertEqual(own, message.headers["own"])

    def test_topics_reach_every_subscriber(self):
        inboxes = []
        key = self.name("news")
        for _ in range(3):
            connection, inbox = self.connected()
            connection.subscribe(f"/topic/{key}.*", id="s", receipt="ready")
            self.receipt(inbox, "ready")
            inboxes.append(inbox)
        connection.send(f"/topic/{key}.sport", "a draw")
        for inbox in inboxes:
            self.assertEqual("a draw", inbox.messages.get(timeout=PATIENCE).body)

    def test_acknowledgements_and_redelivery(self):
        destination = "/queue/" + self.name("ack")
        first, inbox = self.connected()
        for body in ("1", "2"):
            first.send(destination, body, receipt=body)
            self.receipt(inbox, body)
        first.subscribe(destination, id="s", ack="client-individual")
        messages = [inbox.messages.get(timeout=PATIENCE) for _ in range(2)]
        first.ack(messages[1].headers["ack"], receipt="acked")
        self.receipt(inbox, "acked")
        first.disconnect()
        second, inbox = self.connected()
        second.subscribe(destination, id="s")
        again = inbox.messages.get(timeout=PATIENCE)
        self.assertEqual("1", again.body)
        self.assertEqual("true", again.headers["redelivered"])
        second.send(destination, "3")
        self.assertEqual("3", inbox.messages.get(timeout=PATIENCE).body)

    def test_transactions(self):
        connection, inbox = self.connected()
        destination = "/queue/" + self.name("tx")
        connection.subscribe(destination, id="s")
        aborted = connection.begin()
        connection.send(destination, "aborted", transaction=aborted)
        connection.abort(aborted)
        committed = connection.begin()
        connection.send(destination, "committed", transaction=committed)
        connection.commit(committed)
        self.assertEqual("committed", inbox.messages.get(timeout=PATIENCE).body)

    def test_replies(self):
        server, questions = self.connected()
        client, answers = self.connected()
        destination = "/queue/" + self.name("rpc")
        server.subscribe(destination, id="s")
        client.send(destination, "question", headers={"reply-to": "/temp-queue/answers", "correlation-id": "7"})
        question = questions.messages.get(timeout=PATIENCE)
        server.send(
            question.headers["reply-to"], "answer", headers={"correlation-id": question.headers["correlation-id"]}
        )
        answer = answers.messages.get(timeout=PATIENCE)
        self.assertEqual("answer", answer.body)
        self.assertEqual("7", answer.headers["correlation-id"])

    def test_retained_messages_and_topics_of_mqtt(self):
        publisher, published = self.connected()
        room = self.name("room")
        publisher.send(f"/mqtt/{room}/hall/50%25", "21", headers={"retain": "true"}, receipt="kept")
        self.receipt(published, "kept")
        connection, inbox = self.connected()
        connection.subscribe(f"/mqtt/{room}/+/#", id="topics")
        message = inbox.messages.get(timeout=PATIENCE)
        self.assertEqual("21", message.body)
        self.assertEqual(f"/mqtt/{room}/hall/50%25", message.headers["destination"])
        connection.subscribe(f"/topic/{room}.#", id="keys", headers={"retained": "true"})
        message = inbox.messages.get(timeout=PATIENCE)
        self.assertEqual("keys", message.headers["subscription"])
        self.assertEqual(f"/topic/{room}.hall.50%25", message.headers["destination"])
        publisher.send(f"/topic/{room}.hall.50%25", "", headers={"retain": "true"}, receipt="gone")
        self.receipt(published, "gone")
        for _ in range(2):
            self.assertEqual("", inbox.messages.get(timeout=PATIENCE).body or "")
        connection.subscribe(f"/mqtt/{room}/#", id="again", receipt="nothing kept")
        self.receipt(inbox, "nothing kept")
        publisher.send(f"/mqtt/{room}/#", "x")
        self.assertEqual("Invalid destination", published.errors.get(timeout=PATIENCE).headers["message"])

    def test_heart_beats(self):
        connection, inbox = self.connected(heartbeats=(1000, 1000))
        destination = "/queue/" + self.name("alive")
        connection.subscribe(destination, id="s")
        connection.send(destination, "alive")
        self.assertEqual("alive", inbox.messages.get(timeout=PATIENCE).body)

    def test_errors_are_told(self):
        connection, inbox = self.connected()
        connection.subscribe("/amq/queue/" + self.name("missing"), id="s")
        error = inbox.errors.get(timeout=PATIENCE)
        self.assertEqual("not_found", error.headers["message"])
        self.assertTrue(inbox.ends.get(timeout=PATIENCE))

    def test_wrong_password(self):
        with self.assertRaises(stomp.exception.ConnectFailedException):
            self.connected(password="wrong")


if __name__ == "__main__":
    unittest.main()
