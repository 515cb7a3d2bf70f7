package io.waypost.security;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes passwords and checks them, never on the caller's thread. Any thread may call.
 *
 * <p>A thousand connections of one user must not cost a thousand checks, so a password that proved right is remembered
 * for a while, and equal checks at the same time are made once. What is remembered is neither password nor hash but a
 * keyed digest of both, whose key lives and dies with the process; a changed hash makes another digest, so that a
 * change of password takes effect at once.
 */
public final class Passwords {
  /** A cost that takes some 60 ms. */
  public static final int DEFAULT_COST = 10;

  private static final String DIGEST = "HmacSHA256";
  private static final int MOST_REMEMBERED = 10_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final int cost;
  private final Executor executor;
  private final PasswordHash unmatchable;
  private final SecretKeySpec key;
  private final AsyncCache<String, Boolean> proved = Caffeine.newBuilder()
      .maximumSize(MOST_REMEMBERED)
      .expireAfterWrite(REMEMBERED)
      .buildAsync();

  /**
   * Hashes with that cost.
   *
   * @param cost logarithm of bcrypt's rounds, 4 to 31
   * @param executor a few threads of its own with a bounded queue; what it rejects is refused
   */
  public Passwords(int cost, Executor executor) {
    if (cost < 4 || cost > 31) {
      throw new IllegalArgumentException("cost " + cost + " is not within 4 to 31");
    }
    this.cost = cost;
    this.executor = executor;
    this.unmatchable = PasswordHash.unmatchable(cost);
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, DIGEST);
  }

  /**
   * Hashes a new password.
   *
   * @return completes on a thread of the executor; fails with {@link ErrorCode#PRECONDITION_FAILED} when the password
   *     is empty or too long, and {@link ErrorCode#LIMIT_REACHED} when there is too much to do
   */
  CompletionStage<PasswordHash> hash(String password) {
    try {
      return submit(() -> PasswordHash.of(password, cost));
    } catch (BrokerException tooMuch) {
      return CompletableFuture.failedFuture(tooMuch);
    }
  }

  /**
   * Checks a password, from memory if it proved right before.
   *
   * @return completes on any thread; fails with {@link ErrorCode#LIMIT_REACHED} when there is too much to do
   */
  CompletionStage<Boolean> check(PasswordHash hash, String password) {
    String digest = digest(hash, password);
    CompletableFuture<Boolean> result;
    try {
      result = proved.get(digest, (unused, pool) -> submit(() -> hash.matches(password)));
    } catch (BrokerException tooMuch) {
      return CompletableFuture.failedFuture(tooMuch);
    }
    result.thenAccept(right -> {
      if (!right) {
        proved.asMap().remove(digest, result);
      }
    });
    return result;
  }

  /** For a user that cannot log in: a check against it fails after the usual time. */
  PasswordHash unmatchable() {
    return unmatchable;
  }

  private <T> CompletableFuture<T> submit(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable task = () -> {
      try {
        result.complete(work.get());
      } catch (IllegalArgumentException unfit) {
        String reason = String.valueOf(unfit.getMessage());
        result.completeExceptionally(new BrokerException(ErrorCode.PRECONDITION_FAILED, reason));
      } catch (RuntimeException broken) {
        result.completeExceptionally(broken);
      }
    };
    try {
      executor.execute(task);
    } catch (RejectedExecutionException full) {
      throw new BrokerException(ErrorCode.LIMIT_REACHED, "too many logins at once");
    }
    return result;
  }

  private String digest(PasswordHash hash, String password) {
    try {
      Mac mac = Mac.getInstance(DIGEST);
      mac.init(key);
      mac.update(hash.encoded().getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has " + DIGEST, impossible);
    }
  }
}
