package dev.discretizer.codec.recording;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.EventRecording;
import dev.discretizer.tensor.ImpossibleRecordingException;
import dev.discretizer.tensor.RasterRecording;
import dev.discretizer.tensor.Recording;
import dev.discretizer.tensor.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchRuntimeException;

/**
 * Recordings that {@code src/test/python/make_recording_fixtures.py} writes with NumPy.
 */
class RecordingReaderTests {

	/**
	 * A recording of the fixtures.
	 *
	 * @param json its line
	 */
	record Sample(JsonNode json) {

		Recording read(long length, @Nullable RecordingFormat format, Allowance allowance) throws IOException {
			JsonNode input = this.json.get("input");
			return RecordingReader.read(new ByteArrayInputStream(file()), length, format, "rec.npz",
					Shape.of(input.get(0).asInt(), input.get(1).asInt(), input.get(2).asInt()),
					this.json.get("merge").asBoolean(), allowance);
		}

		byte[] file() {
			return Base64.getDecoder().decode(this.json.get("file").asString());
		}

		@Override
		public String toString() {
			return this.json.get("name").asString();
		}

	}

	static List<Sample> read() throws IOException {
		return samples("read.jsonl");
	}

	static List<Sample> refused() throws IOException {
		return samples("refused.jsonl");
	}

	private static List<Sample> samples(String name) throws IOException {
		try (InputStream in = Objects
			.requireNonNull(RecordingReaderTests.class.getResourceAsStream("/recording/" + name))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.map((line) -> new Sample(JsonMapper.shared().readTree(line)))
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("read")
	void readsWhatNumpyWrote(Sample sample) throws IOException {
		check(sample, sample.read(sample.file().length, null, CountingAllowance.defaults()));
		check(sample, sample.read(-1, null, CountingAllowance.defaults()));
	}

	private static void check(Sample sample, Recording recording) {
		assertThat(recording.name()).isEqualTo("rec.npz");
		switch (recording) {
			case EventRecording events -> {
				assertThat(Arrays.copyOf(events.times(), events.size())).isEqualTo(longs(sample.json().get("t")));
				assertThat(Arrays.stream(events.places()).limit(events.size()).asLongStream().toArray())
					.isEqualTo(longs(sample.json().get("places")));
			}
			case RasterRecording raster -> {
				assertThat(raster.steps()).isEqualTo(sample.json().get("steps").asInt());
				long[] counts = longs(sample.json().get("counts"));
				for (int i = 0; i < counts.length; i++) {
					assertThat((long) raster.counts()[i]).isEqualTo(counts[i]);
				}
				assertThat(raster.events()).isEqualTo(Arrays.stream(counts).sum());
			}
		}
	}

	private static long[] longs(JsonNode array) {
		return array.valueStream().mapToLong(JsonNode::asLong).toArray();
	}

	@Test
	void thereAreEnoughOfEach() throws IOException {
		assertThat(read()).hasSizeGreaterThan(25);
		assertThat(refused()).hasSizeGreaterThan(90);
	}

	@ParameterizedTest
	@MethodSource("refused")
	void refusesWhatNoNetworkCanBeGiven(Sample sample) {
		checkRefused(sample, sample.file().length);
		checkRefused(sample, -1);
	}

	private static void checkRefused(Sample sample, long length) {
		RuntimeException failure = catchRuntimeException(() -> sample.read(length, null, CountingAllowance.defaults()));
		assertThat(failure).isNotNull().hasMessageContaining("rec.npz");
		String cause = sample.json().get("cause").asString();
		switch (failure) {
			// Of a stream without a length, a file that ends early is seen to be cut off.
			case MalformedInputException malformed -> assertThat(malformed.cause().name())
				.isEqualTo((length < 0) ? cause.replace("SHAPE_MISMATCH", "TRUNCATED") : cause);
			case ImpossibleRecordingException impossible -> {
				assertThat(impossible.cause().name()).isEqualTo(cause);
				assertThat(impossible.recording()).isEqualTo("rec.npz");
				if (sample.json().has("index")) {
					assertThat(impossible.index()).isEqualTo(sample.json().get("index").asLong());
					assertThat(impossible.value()).isEqualTo(sample.json().get("value").asString());
					assertThat(impossible).hasMessageContaining(impossible.value());
				}
			}
			default -> throw failure;
		}
	}

	@Test
	void formatThatIsGivenIsTheOneThatIsRead() throws IOException {
		Sample npz = read().get(0);
		assertThatThrownBy(() -> npz.read(-1, RecordingFormat.NPY, Allowance.UNLIMITED))
			.isInstanceOf(MalformedInputException.class)
			.hasMessageStartingWith("recording rec.npz: ");
		check(npz, npz.read(-1, RecordingFormat.NPZ, Allowance.UNLIMITED));
	}

	/** A header may announce what never comes. */
	@Test
	void memoryGrowsWithWhatArrives() throws IOException {
		byte[] header = Stream.of(read())
			.flatMap(List::stream)
			.filter((sample) -> sample.toString().equals("raster without steps"))
			.map(Sample::file)
			.findFirst()
			.orElseThrow();
		String text = new String(header, StandardCharsets.ISO_8859_1).replace("(0, 2, 6, 7), }    ",
				"(700000, 2, 6, 7), }");
		byte[] huge = text.substring(0, header.length).getBytes(StandardCharsets.ISO_8859_1);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertThatThrownBy(() -> RecordingReader.read(new ByteArrayInputStream(huge), -1, null, "rec.npz",
				Shape.of(2, 6, 7), false, allowance))
			.isInstanceOf(MalformedInputException.class)
			.hasMessageContaining("shape [700000, 2, 6, 7] of int64 takes 470400000 bytes, 0 bytes follow the header");
		assertThat(allowance.reserved()).isLessThan(1 << 20);
	}

}
