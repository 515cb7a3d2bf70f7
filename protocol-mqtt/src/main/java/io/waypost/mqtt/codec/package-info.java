/**
 * MQTT 3.1, 3.1.1 and 5 on the wire: strict reading of what a client sends, and lean writing of what a server sends
 * most. Messages are those of Netty's MQTT codec. This room turns bytes into values and back; it knows no session and
 * no broker.
 */
@NullMarked
package io.waypost.mqtt.codec;

import org.jspecify.annotations.NullMarked;
