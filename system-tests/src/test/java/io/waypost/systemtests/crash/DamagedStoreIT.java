package io.waypost.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.systemtests.crash.Fault.Kind;
import io.waypost.systemtests.crash.Ledger.End;
import io.waypost.systemtests.crash.Stock.Answers;
import io.waypost.systemtests.crash.StoreFiles.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store with damage in its middle is not started on; one whose end is torn, as crashes leave it, is. */
class DamagedStoreIT {
  private static final int MESSAGES = 300;
  private static final int SIZE = 2000;
  private static final MessageId VICTIM = new MessageId(1, MESSAGES / 2);

  @TempDir
  private Path folder;

  private final Stock stock = new Stock();
  private Path data;
  private WaypostProcess broker;

  @BeforeEach
  void fill() throws Exception {
    data = folder.resolve("data");
    broker = WaypostProcess.start(folder);
    stock.started();
    assertThat(stock.publish(broker.port("amqp"), MESSAGES, SIZE, 60_000))
        .isEqualTo(new Answers(MESSAGES, 0, 0));
  }

  @Test
  void oneWrongBitInABodyIsRefusedWithFileAndOffset() throws Exception {
    end(End.KILLED);
    Place place = StoreFiles.find(data, VICTIM, SIZE);
    StoreFiles.flip(new Place(place.file(), place.offset() + SIZE / 2));
    refused(place);
  }

  @Test
  void oneWrongBitBeforeABodyIsRefusedWithFileAndOffset() throws Exception {
    end(End.KILLED);
    Place place = StoreFiles.find(data, VICTIM, SIZE);
    StoreFiles.flip(new Place(place.file(), place.offset() - 6));
    refused(place);
  }

  /** After a clean stop bodies are not read at the start, so that there the damage shows when one is needed. */
  @Test
  void oneWrongBitInABodyAfterACleanStopIsReportedWhenItIsReadAndNothingElseIsLost()
      throws Exception {
    end(End.STOPPED);
    Place place = StoreFiles.find(data, VICTIM, SIZE);
    StoreFiles.flip(new Place(place.file(), place.offset() + SIZE / 2));
    broker = WaypostProcess.start(folder);
    stock.started();
    List<Fault> faults = stock.faults(broker.port("amqp"));
    broker.close();
    assertThat(faults).hasSize(1);
    assertThat(faults.get(0).toString()).startsWith("LOST: " + VICTIM + " ");
    assertThat(logged()).anyMatch(line -> line.contains("ERROR") && namesThePlace(line, place));
  }

  @Test
  void zerosInTheMiddleAreRefused() throws Exception {
    end(End.KILLED);
    Place place = StoreFiles.find(data, VICTIM, SIZE);
    StoreFiles.write(place, new byte[1500]);
    refused(place);
  }

  @Test
  void whatIsLeftIsStartedOnWhenTheOperatorSaysSo() throws Exception {
    end(End.KILLED);
    Place place = StoreFiles.find(data, VICTIM, SIZE);
    StoreFiles.flip(new Place(place.file(), place.offset() + SIZE / 2));
    refused(place);
    broker = WaypostProcess.start(folder, StoreFiles.SALVAGE);
    stock.started();
    List<Fault> faults = stock.faults(broker.port("amqp"));
    broker.close();
    assertThat(faults).isNotEmpty().allMatch(each -> each.kind() == Kind.LOST);
    assertThat(faults).anyMatch(each -> each.text().startsWith(VICTIM + " "));
    assertThat(logged())
        .as("the loss is told, with its file")
        .anyMatch(line -> line.matches(".*(WARN|ERROR).*")
            && line.contains(place.file().getFileName().toString()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 11, 511, 5000})
  void halfARecordBehindTheEndIsCutOff(int bytes) throws Exception {
    end(End.KILLED);
    byte[] torn = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(torn);
    StoreFiles.write(StoreFiles.end(data), torn);
    startsWithAWarning();
  }

  @Test
  void anOldRecordBehindTheEndIsNotTakenForANewOne() throws Exception {
    end(End.KILLED);
    Place end = StoreFiles.end(data);
    byte[] all = Files.readAllBytes(end.file());
    int length = (int) end.offset();
    StoreFiles.write(end, Arrays.copyOfRange(all, length / 2, length));
    startsWithAWarning();
  }

  @Test
  void aTornEndLosesOnlyWhatWasInIt() throws Exception {
    end(End.KILLED);
    Place end = StoreFiles.end(data);
    StoreFiles.cut(new Place(end.file(), end.offset() - 5));
    broker = WaypostProcess.start(folder);
    stock.started();
    List<Fault> faults = stock.faults(broker.port("amqp"));
    broker.close();
    // The test tore what the disk had; whatever is missing was at the end.
    assertThat(faults).allMatch(each -> each.kind() == Kind.LOST);
    assertThat(faults).noneMatch(each -> each.text().startsWith(VICTIM + " "));
    assertThat(logged()).anyMatch(line -> line.contains(" WARN ") && line.contains(".seg"));
  }

  private void end(End end) {
    if (end == End.KILLED) {
      broker.kill();
    } else {
      broker.close();
    }
    stock.ended(end);
  }

  private void refused(Place place) throws IOException {
    try (Program program = WaypostProcess.launch(folder, Map.of())) {
      assertThat(program.awaitExit()).as(program.output()).isNotZero();
      List<String> lines = program.lines();
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0)).startsWith("waypost: ").contains(place.file().toString());
      assertThat(namesThePlace(lines.get(0), place)).as(lines.get(0)).isTrue();
    }
  }

  /** Whether a line has the file's name and an offset that is that of the body or of what it is part of. */
  private static boolean namesThePlace(String line, Place place) {
    String name = place.file().getFileName().toString();
    return line.contains(name)
        && Pattern.compile("\\d+")
            .matcher(line.substring(line.indexOf(name) + name.length()))
            .results()
            .mapToLong(each -> Long.parseLong(each.group()))
            .anyMatch(offset -> offset <= place.offset() + SIZE
                && offset > Math.max(0, place.offset() - (1 << 20)));
  }

  private void startsWithAWarning() throws Exception {
    broker = WaypostProcess.start(folder);
    stock.started();
    stock.check(broker.port("amqp"));
    broker.close();
    assertThat(logged()).anyMatch(line -> line.contains(" WARN ") && line.contains(".seg"));
  }

  private List<String> logged() throws IOException {
    return Files.readAllLines(folder.resolve("log/waypost.log"));
  }
}
