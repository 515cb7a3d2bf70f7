require_relative "broker"

class PublishingTest < BrokerTest
  def test_a_message_arrives_with_its_properties
    target = queue
    sent = {
      content_type: "text/plain", content_encoding: "utf-8", delivery_mode: 2, priority: 4, correlation_id: "c-1",
      reply_to: "answers", expiration: "60000", message_id: "m-1", timestamp: 1_700_000_000, type: "greeting",
      user_id: "guest", app_id: "post"
    }
    target.publish("Hello", **sent)
    delivery, properties, body = take(target).first
    assert_equal "Hello", body
    assert_equal sent.merge(timestamp: Time.at(1_700_000_000)), properties.to_hash.slice(*sent.keys)
    assert_equal ["", target.name, false], [delivery.exchange, delivery.routing_key, delivery.redelivered?]
  end

  def test_headers_of_every_type_arrive
    target = queue
    sent = {
      "text" => "Gr\xC3\xBC\xC3\x9Fe".b, "true" => true, "false" => false, "int" => -1, "long" => 2**40, "float" => 3.5,
      "time" => Time.at(1_700_000_000), "nothing" => nil, "list" => ["one", 2, ["deep"]],
      "table" => { "inner" => { "deep" => [1, { "and" => "out" }] } }
    }
    target.publish("", headers: sent)
    _, properties, body = take(target).first
    assert_equal ["", sent], [body, properties.headers]
  end

  def test_a_body_of_a_mebibyte_arrives_unchanged
    target = queue
    sent = Random.bytes(1024 * 1024)
    target.publish(sent)
    assert_equal sent, take(target).first.last
  end

  def test_every_message_is_confirmed
    @channel.confirm_select
    target = queue
    100.times { |number| target.publish(number.to_s) }
    assert @channel.wait_for_confirms
    assert_equal 100, target.message_count
    assert_equal (0...100).map(&:to_s), take(target, 100).map(&:last)
  end

  def test_a_full_queue_refuses_with_a_negative_confirm
    @channel.confirm_select
    target = queue(max_length: 1, overflow: "reject-publish")
    target.publish("fits")
    assert @channel.wait_for_confirms
    target.publish("too many")
    refute @channel.wait_for_confirms
    assert_equal 1, @channel.nacked_set.size
  end

  def test_a_mandatory_message_without_a_queue_comes_back
    returned = Queue.new
    exchange = @channel.default_exchange
    exchange.on_return { |*message| returned << message }
    exchange.publish("back", routing_key: unique("nobody"), mandatory: true)
    info, _, body = Timeout.timeout(PATIENCE) { returned.pop }
    assert_equal [312, "NO_ROUTE", "back"], [info.reply_code, info.reply_text, body]
  end

  def test_messages_of_a_transaction_appear_with_the_commit
    target = queue
    @channel.tx_select
    target.publish("never")
    @channel.tx_rollback
    target.publish("now")
    assert_equal 0, target.message_count
    @channel.tx_commit
    assert_equal ["now"], take(target).map(&:last)
  end
end

class RoutingTest < BrokerTest
  def test_a_topic_exchange_matches_words
    exchange = @channel.topic(unique("topic"), auto_delete: true)
    news, all = queue.bind(exchange, routing_key: "news.*"), queue.bind(exchange, routing_key: "#")
    exchange.publish("local", routing_key: "news.local")
    exchange.publish("sport", routing_key: "sport")
    assert_equal %w[local sport], take(all, 2).map(&:last)
    assert_equal %w[local], take(news).map(&:last)
    assert_equal 0, news.message_count
  end

  def test_an_exchange_can_feed_another
    source, target = @channel.direct(unique("source"), auto_delete: true), @channel.fanout(unique("target"), auto_delete: true)
    target.bind(source, routing_key: "key")
    bound = queue.bind(target)
    source.publish("through", routing_key: "key")
    assert_equal ["through"], take(bound).map(&:last)
  end

  def test_a_rejected_message_tells_where_it_died
    grave = queue
    source = queue(dead_letter_exchange: "", dead_letter_routing_key: grave.name)
    source.publish("bad")
    delivery, = source.pop(manual_ack: true)
    @channel.reject(delivery.delivery_tag, false)
    _, properties, body = take(grave).first
    death = properties.headers["x-death"].first
    assert_equal ["bad", "rejected", source.name, 1], [body, *death.values_at("reason", "queue", "count")]
  end
end

class ConsumingTest < BrokerTest
  def test_what_is_requeued_comes_again_and_says_so
    target = queue
    target.publish("again")
    delivery, = target.pop(manual_ack: true)
    @channel.nack(delivery.delivery_tag, false, true)
    delivery, _, body = take(target).first
    assert_equal ["again", true], [body, delivery.redelivered?]
  end

  def test_no_more_than_the_prefetch_count_is_under_way
    target = queue
    @channel.prefetch(2)
    arrived = Queue.new
    5.times { |number| target.publish(number.to_s) }
    target.subscribe(manual_ack: true) { |delivery, _, body| arrived << [delivery, body] }
    first = Timeout.timeout(PATIENCE) { Array.new(2) { arrived.pop } }
    assert_equal %w[0 1], first.map(&:last)
    assert_equal [3, 0], [target.message_count, arrived.size]
  end

  def test_a_consumer_learns_that_its_queue_was_deleted
    target = queue
    cancelled = Queue.new
    target.subscribe_with(Bunny::Consumer.new(@channel, target).tap { |consumer|
      consumer.on_cancellation { cancelled << true }
    })
    @channel.connection.create_channel.queue_delete(target.name)
    assert Timeout.timeout(PATIENCE) { cancelled.pop }
  end
end

class RefusalTest < BrokerTest
  def test_a_missing_queue_closes_the_channel_only
    error = assert_raises(Bunny::NotFound) { @channel.queue(unique("missing"), passive: true) }
    assert_match(/NOT_FOUND - no queue 'missing-.*' in vhost '\/'/, error.message)
    assert @channel.connection.create_channel.open?
  end

  def test_a_queue_that_is_declared_differently_is_refused
    queue_name = unique("declared")
    @channel.queue(queue_name, exclusive: true)
    assert_raises(Bunny::PreconditionFailed) { @channel.connection.create_channel.queue(queue_name, exclusive: true, auto_delete: true) }
  end

  def test_a_queue_of_another_connection_is_locked
    target = queue
    assert_raises(Bunny::ResourceLocked) { connected.create_channel.queue(target.name, passive: true) }
  end

  def test_a_wrong_password_is_refused_with_a_reason
    assert_raises(Bunny::AuthenticationFailureError) { connected(password: "wrong") }
  end

  def test_an_unknown_virtual_host_is_refused
    assert_raises(Bunny::NotAllowedError) { connected(vhost: "nowhere") }
  end
end
