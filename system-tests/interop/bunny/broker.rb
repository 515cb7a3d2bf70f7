# What the tests in this folder share: connections to the broker under test, and waiting without sleeping.

require "bunny"
require "minitest/autorun"
require "securerandom"
require "timeout"

# One connection and one channel for each test; queues and exchanges that vanish with them.
class BrokerTest < Minitest::Test
  # Seconds after which something that should have happened counts as missing.
  PATIENCE = 30

  def setup
    @connections = []
    @channel = connected.create_channel
  end

  def teardown
    @connections.each { |connection| connection.close if connection.open? }
  end

  # A further connection, closed when the test ends.
  def connected(**options)
    connection = Bunny.new(
      host: ENV.fetch("AMQP_HOST", "127.0.0.1"), port: ENV.fetch("AMQP_PORT", "5672").to_i,
      automatically_recover: false, log_level: Logger::FATAL, **options
    )
    connection.start
    @connections << connection
    connection
  end

  # A new queue of this connection, with these x- arguments.
  def queue(**arguments)
    named = arguments.to_h { |key, value| ["x-#{key.to_s.tr('_', '-')}", value] }
    @channel.queue("", exclusive: true, arguments: named)
  end

  # A name that no other test uses.
  def unique(what)
    "#{what}-#{SecureRandom.uuid}"
  end

  # The next messages of a queue, acknowledged: [delivery, properties, body] triples.
  def take(queue, count = 1)
    arrived = Queue.new
    consumer = queue.subscribe(manual_ack: true) { |*message| arrived << message }
    taken = Timeout.timeout(PATIENCE, nil, "message #{count} did not come to #{queue.name}") { Array.new(count) { arrived.pop } }
    consumer.cancel
    taken.each { |delivery, _, _| @channel.ack(delivery.delivery_tag) }
  end
end
