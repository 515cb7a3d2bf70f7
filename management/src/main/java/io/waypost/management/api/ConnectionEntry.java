package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection.
 *
 * @param name {@code peer:port -> local:port}
 * @param vhost its virtual host
 * @param user its user
 * @param state {@code running} or {@code blocked}
 * @param protocol such as {@code AMQP 0-9-1}
 * @param node where it ends
 * @param channels open channels
 * @param ssl whether it is encrypted
 * @param sslProtocol the version of TLS, such as {@code tlsv1.3}; this and what follows null when not encrypted
 * @param sslKeyExchange how keys were agreed on, such as {@code ecdhe_rsa}; {@code any} where the version has one way
 * @param sslCipher what encrypts, such as {@code aes_256_gcm}
 * @param sslHash what guards against changes, such as {@code sha384}; {@code aead} where the cipher does
 * @param peerCertSubject whom the client's certificate names; this and what follows null when it showed none
 * @param peerCertIssuer who signed it
 * @param peerCertValidity from when until when it is valid
 * @param authMechanism how it authenticated
 * @param userProvidedName the client's id or name of the connection; empty when none
 * @param peerHost the client's address
 * @param peerPort the client's port
 * @param host the listener's address
 * @param port the listener's port
 * @param clientProperties what the client says about itself
 * @param connectedAt milliseconds since 1970
 * @param published messages that it published
 * @param delivered messages delivered to it
 */
public record ConnectionEntry(
    String name,
    String vhost,
    String user,
    String state,
    String protocol,
    String node,
    int channels,
    boolean ssl,
    @Nullable String sslProtocol,
    @Nullable String sslKeyExchange,
    @Nullable String sslCipher,
    @Nullable String sslHash,
    @Nullable String peerCertSubject,
    @Nullable String peerCertIssuer,
    @Nullable String peerCertValidity,
    String authMechanism,
    String userProvidedName,
    String peerHost,
    int peerPort,
    String host,
    int port,
    Map<String, @Nullable Object> clientProperties,
    long connectedAt,
    long published,
    long delivered) {}
