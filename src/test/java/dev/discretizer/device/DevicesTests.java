package dev.discretizer.device;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

class DevicesTests {

	/** What sinabs says, see {@code make_device_fixtures.py}. */
	@Test
	void coresAreThoseOfSinabs() {
		List<JsonNode> expected = Fixtures.lines("/device/devices.jsonl.gz");
		assertThat(Devices.all()).hasSize(expected.size());
		for (int i = 0; i < expected.size(); i++) {
			Device device = Devices.all().get(i);
			assertThat(device.name()).isEqualTo(expected.get(i).get("name").asString());
			assertThat(device.supported()).isEqualTo(expected.get(i).get("supported").asBoolean());
			assertThat(device.cores().stream().map(DevicesTests::memories))
				.containsExactlyElementsOf(expected.get(i).get("cores").valueStream().map(Fixtures::ints).toList());
			assertThat(device.cores()).extracting(Core::index)
				.containsExactlyElementsOf(IntStream.range(0, device.cores().size()).boxed().toList());
		}
	}

	private static List<Integer> memories(Core core) {
		return List.of(core.kernelMemory(), core.neuronMemory(), core.biasMemory());
	}

	@Test
	void limitsAreThoseOfSamna() {
		assertThat(Devices.all()).allSatisfy((device) -> {
			LayerLimits limits = device.limits();
			assertThat(limits.inputSize()).isEqualTo(128);
			assertThat(limits.outputSize()).isEqualTo(64);
			assertThat(limits.channels()).isEqualTo(1024);
			assertThat(limits.kernelSize()).isEqualTo(16);
			assertThat(limits.strides()).containsExactly(1, 2, 4, 8);
			assertThat(limits.padding()).isEqualTo(7);
			assertThat(limits.poolings()).containsExactly(1, 2, 4);
			assertThat(limits.fanOut()).isEqualTo(2);
			assertThat(limits.weightBits()).isEqualTo(8);
			assertThat(limits.biasBits()).isEqualTo(8);
			assertThat(limits.stateBits()).isEqualTo(16);
			assertThat(limits.dvsPoolings()).containsExactly(1, 2, 4);
		});
	}

	@Test
	void deviceIsFoundByItsName() {
		assertThat(Devices.all()).allSatisfy((device) -> assertThat(Devices.named(device.name())).isSameAs(device));
		assertThat(Devices.named("speck9")).isNull();
	}

}
