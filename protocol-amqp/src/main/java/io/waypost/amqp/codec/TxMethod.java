package io.waypost.amqp.codec;

import org.jspecify.annotations.Nullable;

/** Methods of class tx (section 1.9). */
public sealed interface TxMethod extends Method {
  /** The class id. */
  int CLASS = 90;

  /**
   * Reads the arguments of a method of this class.
   *
   * @return the method, or null when there is none with that number
   */
  static @Nullable TxMethod read(int methodId, WireReader in) {
    return switch (methodId) {
      case Select.NUMBER -> new Select();
      case SelectOk.NUMBER -> new SelectOk();
      case Commit.NUMBER -> new Commit();
      case CommitOk.NUMBER -> new CommitOk();
      case Rollback.NUMBER -> new Rollback();
      case RollbackOk.NUMBER -> new RollbackOk();
      default -> null;
    };
  }

  @Override
  default int classId() {
    return CLASS;
  }

  /** Client: makes the channel transactional. */
  record Select() implements TxMethod {
    static final int NUMBER = 10;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "tx.select";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /** Server: it is. */
  record SelectOk() implements TxMethod {
    static final int NUMBER = 11;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "tx.select-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /** Client: carries out what was gathered. */
  record Commit() implements TxMethod {
    static final int NUMBER = 20;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "tx.commit";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /** Server: it is done. */
  record CommitOk() implements TxMethod {
    static final int NUMBER = 21;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "tx.commit-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /** Client: forgets what was gathered. */
  record Rollback() implements TxMethod {
    static final int NUMBER = 30;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "tx.rollback";
    }

    @Override
    public void write(WireWriter out) {}
  }

  /** Server: it is forgotten. */
  record RollbackOk() implements TxMethod {
    static final int NUMBER = 31;

    @Override
    public int methodId() {
      return NUMBER;
    }

    @Override
    public String name() {
      return "tx.rollback-ok";
    }

    @Override
    public void write(WireWriter out) {}
  }
}
