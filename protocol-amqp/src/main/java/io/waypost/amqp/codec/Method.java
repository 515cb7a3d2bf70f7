package io.waypost.amqp.codec;

import org.jspecify.annotations.Nullable;

/** A method with its arguments (section 2.3.5.1). Reserved arguments are skipped and written as zero or empty. */
public sealed interface Method
    permits ConnectionMethod,
        ChannelMethod,
        AccessMethod,
        ExchangeMethod,
        QueueMethod,
        BasicMethod,
        ConfirmMethod,
        TxMethod {

  /** The class id. */
  int classId();

  /** The method id within its class. */
  int methodId();

  /** The name as in the specification, such as {@code basic.publish}. */
  String name();

  /** Writes the arguments, without the ids. */
  void write(WireWriter out);

  /**
   * Reads the arguments of a method.
   *
   * @return the method, or null when the ids name none
   */
  static @Nullable Method read(int classId, int methodId, WireReader in) {
    return switch (classId) {
      case ConnectionMethod.CLASS -> ConnectionMethod.read(methodId, in);
      case ChannelMethod.CLASS -> ChannelMethod.read(methodId, in);
      case AccessMethod.CLASS -> AccessMethod.read(methodId, in);
      case ExchangeMethod.CLASS -> ExchangeMethod.read(methodId, in);
      case QueueMethod.CLASS -> QueueMethod.read(methodId, in);
      case BasicMethod.CLASS -> BasicMethod.read(methodId, in);
      case ConfirmMethod.CLASS -> ConfirmMethod.read(methodId, in);
      case TxMethod.CLASS -> TxMethod.read(methodId, in);
      default -> null;
    };
  }
}
