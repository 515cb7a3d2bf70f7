"""Debian's Paho client for Python, against the broker at MQTT_HOST:MQTT_PORT."""

import os
import queue
import unittest
import uuid

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

HOST = os.environ.get("MQTT_HOST", "127.0.0.1")
PORT = int(os.environ.get("MQTT_PORT", "1883"))
PATIENCE = 30


class Client:
    """A client whose messages wait in a queue, and which runs until the test ends."""

    def __init__(self, test, protocol=mqtt.MQTTv311, name=None, **connect):
        self.messages = queue.Queue()
        self.events = queue.Queue()
        options = {} if protocol == mqtt.MQTTv5 else {"clean_session": connect.pop("clean", True)}
        self.client = mqtt.Client(name or str(uuid.uuid4()), protocol=protocol, **options)
        self.client.on_message = lambda client, data, message: self.messages.put(message)
        self.client.on_connect = lambda client, data, flags, *rest: self.events.put(("connect", flags))
        self.client.on_subscribe = lambda *arguments: self.events.put(("subscribe", arguments[3]))
        self.client.connect(HOST, PORT, **connect)
        self.client.loop_start()
        test.addCleanup(self.stop)
        self.flags = self.event("connect")

    def event(self, kind):
        got, value = self.events.get(timeout=PATIENCE)
        assert got == kind, got
        return value

    def subscribe(self, *arguments, **options):
        self.client.subscribe(*arguments, **options)
        return self.event("subscribe")

    def publish(self, *arguments, **options):
        self.client.publish(*arguments, **options).wait_for_publish()

    def message(self):
        return self.messages.get(timeout=PATIENCE)

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()


class MqttTest(unittest.TestCase):
    def topic(self, name):
        return f"paho/{uuid.uuid4()}/{name}"

    def test_every_qos_in_every_version(self):
        for protocol in (mqtt.MQTTv31, mqtt.MQTTv311, mqtt.MQTTv5):
            client = Client(self, protocol)
            topic = self.topic("qos")
            client.subscribe(topic, 2)
            for qos in (0, 1, 2):
                client.publish(topic, f"message {qos}", qos)
                got = client.message()
                self.assertEqual((got.payload, got.qos), (f"message {qos}".encode(), qos))

    def test_a_session_waits_for_its_client(self):
        name = str(uuid.uuid4())
        topic = self.topic("session")
        first = Client(self, name=name, clean=False)
        first.subscribe(topic, 2)
        first.stop()
        Client(self).publish(topic, "kept", 2)
        second = Client(self, name=name, clean=False)
        self.assertEqual(second.flags["session present"], 1)
        self.assertEqual(second.message().payload, b"kept")

    def test_retained_messages_and_no_local(self):
        client = Client(self, mqtt.MQTTv5)
        topic = self.topic("retained")
        client.publish(topic, "here", 1, True)
        client.subscribe(topic, options=SubscribeOptions(qos=1, noLocal=True))
        got = client.message()
        self.assertTrue(got.retain)
        client.publish(topic, "own", 1)
        Client(self, mqtt.MQTTv5).publish(topic, "another's", 1)
        self.assertEqual(client.message().payload, b"another's")

    def test_properties(self):
        client = Client(self, mqtt.MQTTv5)
        topic = self.topic("properties")
        client.subscribe(topic, 1)
        properties = Properties(PacketTypes.PUBLISH)
        properties.UserProperty = [("b", "1"), ("a", "2")]
        properties.ResponseTopic = "an/swer"
        properties.CorrelationData = b"\x00\xff"
        properties.MessageExpiryInterval = 100
        client.publish(topic, "x", 1, properties=properties)
        got = client.message().properties
        self.assertEqual(got.UserProperty, [("b", "1"), ("a", "2")])
        self.assertEqual(got.ResponseTopic, "an/swer")
        self.assertEqual(got.CorrelationData, b"\x00\xff")
        self.assertLessEqual(got.MessageExpiryInterval, 100)

    def test_shares(self):
        one, two, publisher = (Client(self, mqtt.MQTTv5) for _ in range(3))
        topic = self.topic("share")
        arrived = queue.Queue()
        for name, member in (("one", one), ("two", two)):
            member.client.on_message = (
                lambda client, data, message, name=name: arrived.put((name, message.payload)))
            member.subscribe("$share/group/" + topic, 1)
        for number in range(10):
            publisher.publish(topic, str(number), 1)
        # Both in one queue, which says when all are there, and who got which.
        got = [arrived.get(timeout=PATIENCE) for _ in range(10)]
        self.assertEqual({payload for _, payload in got}, {b"%d" % n for n in range(10)})
        self.assertEqual({member for member, _ in got}, {"one", "two"})


if __name__ == "__main__":
    unittest.main()
