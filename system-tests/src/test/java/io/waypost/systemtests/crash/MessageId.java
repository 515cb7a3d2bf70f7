package io.waypost.systemtests.crash;

/**
 * Which message.
 *
 * @param publisher the number of its publisher, never used again in a run
 * @param number rises with every message of the publisher
 */
record MessageId(int publisher, int number) {
  @Override
  public String toString() {
    return publisher + "/" + number;
  }
}
