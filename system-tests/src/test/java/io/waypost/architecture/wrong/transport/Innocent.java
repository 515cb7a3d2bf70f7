package io.waypost.architecture.wrong.transport;

import io.netty.buffer.ByteBuf;

/** Breaks no rule. */
public record Innocent(ByteBuf buffer) {}
