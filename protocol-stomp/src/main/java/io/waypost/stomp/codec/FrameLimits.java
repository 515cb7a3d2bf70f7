package io.waypost.stomp.codec;

/**
 * What a frame must not exceed.
 *
 * @param frame bytes of its command, headers and body together
 * @param body bytes of its body
 * @param headers how many headers
 * @param header bytes of one header line
 */
public record FrameLimits(int frame, int body, int headers, int header) {}
