package io.waypost.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void bothWaysToGiveAValueAreUnderstood() throws StartException {
    Arguments arguments = Arguments.parse(
        "start",
        List.of(
            "--set", "a.b=1", "--set=c.d=2", "--config", "x.yml", "--detach", "--print-config"));
    assertThat(arguments.assignments()).containsExactly("a.b=1", "c.d=2");
    assertThat(arguments.config()).contains("x.yml");
    assertThat(arguments.detach()).isTrue();
    assertThat(arguments.printConfig()).isTrue();
    assertThat(arguments.detached()).isFalse();
  }

  @Test
  void theProcessInTheBackgroundGetsTheSameButForDetaching() throws StartException {
    Arguments arguments = Arguments.parse(
        "start", List.of("--detach", "--set", "a=1", "--config=x.yml", "--set", "b=2"));
    assertThat(arguments.forDetached())
        .containsExactly(
            "start", "--detached", "--config", "x.yml", "--set", "a=1", "--set", "b=2");
    Arguments inBackground = Arguments.parse(
        "start", arguments.forDetached().subList(1, arguments.forDetached().size()));
    assertThat(inBackground.detached()).isTrue();
    assertThat(inBackground.detach()).isFalse();
    assertThat(inBackground.assignments()).isEqualTo(arguments.assignments());
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    assertThat(refusal("--port", "5"))
        .hasMessage(
            "start does not know --port; it takes --config FILE, --set key=value, --print-config and --detach")
        .extracting(StartException::exitCode)
        .isEqualTo(ExitCode.USAGE);
    assertThat(refusal("--set")).hasMessage("--set needs a value");
    assertThat(refusal("listeners.amqp.port=1"))
        .hasMessageStartingWith("start does not know listeners");
  }

  private static StartException refusal(String... words) {
    return catchThrowableOfType(
        StartException.class, () -> Arguments.parse("start", List.of(words)));
  }
}
