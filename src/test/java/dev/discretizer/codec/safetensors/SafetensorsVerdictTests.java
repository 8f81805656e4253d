package dev.discretizer.codec.safetensors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files on which the real package has given its verdict (make_safetensors_fixtures.py):
 * we accept and reject the same ones, but for deviations that name their reason.
 */
class SafetensorsVerdictTests {

	@ParameterizedTest(name = "{0}")
	@MethodSource("verdicts")
	void agreesWithTheRealPackage(String name, String verdict, String expected, String deviation, String tensors,
			String file) throws IOException {
		byte[] bytes = Base64.getDecoder().decode(file);
		for (long length : new long[] { bytes.length, -1 }) {
			String ours = verdict(bytes, length, tensors);
			// Where there are two, the second is of a body whose length is not known.
			String[] each = expected.split(", ");
			assertThat(ours).isEqualTo(each[(length < 0) ? each.length - 1 : 0]);
			assertThat(ours.equals("OK") == verdict.equals("accepted")).isEqualTo(deviation.isEmpty());
		}
	}

	private static String verdict(byte[] bytes, long length, String tensors) throws IOException {
		try {
			// Depth and rank as in the reference, which limits only depth.
			Map<String, FloatTensor> found = SafetensorsReader.read(new ByteArrayInputStream(bytes), length,
					new CountingAllowance().with(RequestLimit.ELEMENTS, 1 << 26));
			assertSame(found, JsonMapper.shared().readTree(tensors));
			return "OK";
		}
		catch (MalformedInputException ex) {
			return ex.cause().name();
		}
		catch (LimitExceededException ex) {
			return "LIMIT";
		}
	}

	/** The same names, types and shapes as [[name, dtype, dim, dim], ...]. */
	private static void assertSame(Map<String, FloatTensor> found, JsonNode expected) {
		assertThat(found).hasSize(expected.size());
		for (JsonNode tensor : expected) {
			FloatTensor ours = Files.tensor(found, tensor.get(0).asString());
			assertThat(ElementType.of(ours.source())).hasToString(tensor.get(1).asString());
			assertThat(ours.shape().rank()).isEqualTo(tensor.size() - 2);
			for (int i = 0; i < ours.shape().rank(); i++) {
				assertThat(ours.shape().dim(i)).isEqualTo(tensor.get(i + 2).asInt());
			}
		}
	}

	static List<String[]> verdicts() {
		return Files.table("verdicts.tsv");
	}

	@Test
	void thereAreManyOfBothKinds() {
		assertThat(verdicts()).filteredOn((cells) -> cells[1].equals("accepted")).hasSizeGreaterThan(50);
		assertThat(verdicts()).filteredOn((cells) -> cells[1].equals("rejected")).hasSizeGreaterThan(100);
	}

}
