package io.waypost.architecture.wrong.queue;

import io.netty.buffer.ByteBuf;

/** Netty in core. */
record HoldsBuffer(ByteBuf buffer) {}
