package dev.discretizer.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.web.server.LocalServerPort;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What sinabs computes, the service answers to the last bit, whatever way a tensor goes
 * in and comes out.
 */
@ServiceTest
public class GoldenIT {

	private final Client client;

	public GoldenIT(@LocalServerPort int port) {
		this.client = new Client(port);
	}

	/** The ways in for one tensor; the answer comes out by the same. */
	public enum TensorWay {

		FLAT, NESTED, BASE64, SAFETENSORS, NPZ, NPY, RAW

	}

	/** The ways in for a layer. */
	public enum LayerWay {

		FLAT, NESTED, BASE64, SAFETENSORS, NPZ

	}

	@ParameterizedTest
	@EnumSource
	public void scaleIsThatOfSinabs(TensorWay way) {
		List<Json> cases = Golden.cases("determine_discretization_scale");
		assertThat(cases).hasSize(150);
		for (Json golden : cases) {
			Json input = golden.get("input");
			Json answer = post("/scale", way, Values.golden(input.get("tensor")), Map.of("bits", input.get("bits")))
				.json();
			assertThat(answer.get("scale").binary32()).as(golden.toString())
				.isEqualTo(Float.intBitsToFloat((int) golden.get("expect", "scale_bits").integer()));
			assertThat(answer.get("bits")).isEqualTo(input.get("bits"));
		}
	}

	@ParameterizedTest
	@EnumSource
	public void tensorIsThatOfSinabs(TensorWay way) {
		List<Json> cases = Golden.cases("discretize_tensor");
		assertThat(cases).hasSize(150);
		for (Json golden : cases) {
			Json input = golden.get("input");
			Values tensor = Values.golden(input.get("tensor"));
			Reply reply = post("/discretize/tensor", way, tensor,
					Map.of("scaling", input.get("scaling"), "to_int", input.get("to_int")));
			Values expected = Values.flat(Json.parse("{\"dtype\":%s,\"shape\":%s,\"data\":%s}"
				.formatted(golden.get("expect", "dtype"), input.get("tensor", "shape"), golden.get("expect", "data"))));
			assertThat(tensor(reply, way, expected.dtype())).as(golden.toString()).isEqualTo(expected);
			assertThat(scale(reply, way)).isEqualTo(input.get("scaling").binary32());
		}
	}

	@Test
	public void scalarIsThatOfSinabs() {
		List<Json> cases = Golden.cases("discretize_scalar");
		assertThat(cases).hasSize(150);
		for (Json golden : cases) {
			Json input = golden.get("input");
			Json answer = this.client
				.json("/discretize/scalar",
						"{\"value\":%s,\"scaling\":%s}".formatted(input.get("value").number(),
								input.get("scaling").number()))
				.ok()
				.json();
			assertThat(answer.get("value")).as(golden.toString()).isEqualTo(golden.get("expect", "value"));
		}
	}

	@ParameterizedTest
	@EnumSource
	public void convIsThatOfSinabs(LayerWay way) {
		assertLayers("discretize_conv", "/discretize/conv", way);
	}

	@ParameterizedTest
	@EnumSource
	public void spikeIsThatOfSinabs(LayerWay way) {
		assertLayers("discretize_spk", "/discretize/spike", way);
	}

	@ParameterizedTest
	@EnumSource
	public void convSpikeIsThatOfSinabs(LayerWay way) {
		assertLayers("discretize_conv_spike", "/discretize/conv-spike", way);
	}

	private void assertLayers(String function, String path, LayerWay way) {
		List<Json> cases = Golden.cases(function);
		assertThat(cases).hasSize(150);
		for (Json golden : cases) {
			boolean toInt = golden.get("input", "to_int").bool();
			Reply reply = post(path, way, golden.get("input"));
			Map<String, Values> found = layer(reply, way, toInt);
			Map<String, Values> expected = expected(golden.get("expect"), toInt);
			assertThat(found).as(golden.get("expect").toString()).isEqualTo(expected);
		}
	}

	/** All that the answer to a layer must hold, by name. */
	private static Map<String, Values> expected(Json expect, boolean toInt) {
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put("scale", Values.scalar(Float.intBitsToFloat((int) expect.get("scale_bits").integer())));
		if (expect.has("conv")) {
			tensors.put("weight", Values.golden(expect.get("conv", "weight")).as(toInt ? "int8" : "float32"));
			if (!expect.get("conv", "bias").isNull()) {
				tensors.put("bias", Values.golden(expect.get("conv", "bias")).as(toInt ? "int8" : "float32"));
			}
		}
		if (expect.has("spike")) {
			for (String name : List.of("spike_threshold", "min_v_mem")) {
				tensors.put(name, Values.scalar(expect.get("spike", name).binary32()).as(toInt ? "int16" : "float32"));
			}
			if (!expect.get("spike", "v_mem").isNull()) {
				tensors.put("v_mem", Values.golden(expect.get("spike", "v_mem")).as(toInt ? "int16" : "float32"));
			}
		}
		return tensors;
	}

	private Reply post(String path, TensorWay way, Values tensor, Map<String, Json> parameters) {
		StringJoiner query = new StringJoiner("&", "?", "");
		StringJoiner members = new StringJoiner(",", "{", "}");
		parameters.forEach((name, value) -> {
			query.add(name + "=" + value);
			members.add("\"%s\":%s".formatted(name, value));
		});
		Reply reply = switch (way) {
			case FLAT -> this.client.json(path, members.add("\"tensor\":" + tensor.flatJson()).toString());
			case NESTED -> this.client.json(path + styled(path, "nested"),
					members.add("\"tensor\":" + tensor.nestedJson()).toString());
			case BASE64 -> this.client.json(path + styled(path, "base64"),
					members.add("\"tensor\":" + tensor.base64Json()).toString());
			case SAFETENSORS ->
				this.client.post(path + query, Client.SAFETENSORS, Containers.safetensors(Map.of("tensor", tensor)));
			case NPZ -> this.client.post(path + query, Client.NPZ, Containers.npz(Map.of("tensor", tensor)));
			case NPY -> this.client.post(path + query, Client.NPY, Containers.npy(tensor));
			case RAW ->
				this.client.post(path + query + "&dtype=float32&shape=" + tensor.query(), Client.RAW, tensor.bytes());
		};
		return reply.ok();
	}

	private static String styled(String path, String style) {
		return path.equals("/scale") ? "" : "?tensors=" + style;
	}

	private static Values tensor(Reply reply, TensorWay way, String dtype) {
		Values tensor = switch (way) {
			case FLAT -> Values.flat(reply.json().get("tensor"));
			case NESTED -> Values.nested(reply.json().get("tensor"), dtype);
			case BASE64 -> Values.base64(reply.json().get("tensor"));
			case SAFETENSORS -> reply.safetensors().tensors().get("tensor");
			case NPZ -> reply.npz().get("tensor");
			case NPY -> reply.npy();
			case RAW -> reply.raw();
		};
		return present(tensor);
	}

	private static Values present(@Nullable Values tensor) {
		assertThat(tensor).isNotNull();
		return Objects.requireNonNull(tensor);
	}

	private static float scale(Reply reply, TensorWay way) {
		return switch (way) {
			case FLAT, NESTED, BASE64 -> reply.json().get("scale").binary32();
			case SAFETENSORS -> (float) present(reply.safetensors().tensors().get("scale")).data()[0];
			case NPZ -> (float) present(reply.npz().get("scale")).data()[0];
			case NPY, RAW -> Float.parseFloat(reply.header("Discretizer-Scale"));
		};
	}

	/**
	 * Sends a golden layer: thresholds as tensors in safetensors, as parameters with npz.
	 */
	private Reply post(String path, LayerWay way, Json input) {
		boolean conv = path.endsWith("/conv");
		Json spike = conv ? input : input.get("spike");
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put("weight", Values.golden(input.get("conv", "weight")));
		put(tensors, "bias", input.get("conv", "bias"));
		if (!conv) {
			put(tensors, "v_mem", spike.get("v_mem"));
		}
		Map<String, Json> thresholds = new LinkedHashMap<>();
		for (String name : List.of("spike_threshold", "min_v_mem")) {
			if (!spike.get(name).isNull()) {
				thresholds.put(name, spike.get(name));
			}
		}
		String query = "?to_int=" + input.get("to_int").bool();
		Reply reply = switch (way) {
			case FLAT, NESTED, BASE64 -> this.client.json(path + "?tensors=" + way.name().toLowerCase(Locale.ROOT),
					json(tensors, thresholds, way, conv, input.get("to_int").bool()));
			case SAFETENSORS -> {
				thresholds.forEach((name, value) -> tensors.put(name, Values.scalar(value.binary32())));
				yield this.client.post(path + query, Client.SAFETENSORS, Containers.safetensors(tensors));
			}
			case NPZ -> {
				StringJoiner parameters = new StringJoiner("&", query + "&", "");
				thresholds.forEach((name, value) -> parameters.add(name + "=" + value.number()));
				yield this.client.post(path + parameters, Client.NPZ, Containers.npz(tensors));
			}
		};
		return reply.ok();
	}

	private static void put(Map<String, Values> tensors, String name, Json tensor) {
		if (!tensor.isNull()) {
			tensors.put(name, Values.golden(tensor));
		}
	}

	private static String json(Map<String, Values> tensors, Map<String, Json> thresholds, LayerWay way, boolean conv,
			boolean toInt) {
		Map<String, String> members = new LinkedHashMap<>();
		tensors.forEach((name, tensor) -> members.put(name, switch (way) {
			case NESTED -> tensor.nestedJson();
			case BASE64 -> tensor.base64Json();
			default -> tensor.flatJson();
		}));
		thresholds.forEach((name, value) -> members.put(name, value.number()));
		String convMembers = object(members, List.of("weight", "bias"));
		String spikeMembers = object(members, List.of("spike_threshold", "min_v_mem", "v_mem"));
		return conv ? "{\"conv\":{%s},%s,\"to_int\":%s}".formatted(convMembers, spikeMembers, toInt)
				: "{\"spike\":{%s},\"to_int\":%s,\"conv\":{%s}}".formatted(spikeMembers, toInt, convMembers);
	}

	/**
	 * The members of these names; null, which is the same as absent, where there is none.
	 */
	private static String object(Map<String, String> members, List<String> names) {
		List<String> texts = new ArrayList<>();
		names.forEach((name) -> texts.add("\"%s\":%s".formatted(name, members.getOrDefault(name, "null"))));
		return String.join(",", texts);
	}

	/** All tensors of an answer by name, the scale among them. */
	private static Map<String, Values> layer(Reply reply, LayerWay way, boolean toInt) {
		return switch (way) {
			case SAFETENSORS -> reply.safetensors().tensors();
			case NPZ -> {
				Map<String, Values> tensors = new LinkedHashMap<>(reply.npz());
				tensors.remove("discretizer");
				yield tensors;
			}
			default -> layer(reply.json(), way, toInt);
		};
	}

	private static Map<String, Values> layer(Json answer, LayerWay way, boolean toInt) {
		Map<String, Values> tensors = new LinkedHashMap<>();
		tensors.put("scale", Values.scalar(answer.get("scale").binary32()));
		String parameters = toInt ? "int8" : "float32";
		String states = toInt ? "int16" : "float32";
		if (answer.has("conv")) {
			present(answer.get("conv")).forEach((name, tensor) -> tensors.put(name, tensor(tensor, way, parameters)));
		}
		if (answer.has("spike")) {
			present(answer.get("spike")).forEach((name, tensor) -> tensors.put(name,
					name.equals("v_mem") ? tensor(tensor, way, states) : Values.scalar(tensor.binary32()).as(states)));
		}
		return tensors;
	}

	/** The members that are not null. */
	private static Map<String, Json> present(Json object) {
		Map<String, Json> members = new LinkedHashMap<>(object.members());
		members.values().removeIf(Json::isNull);
		return members;
	}

	private static Values tensor(Json tensor, LayerWay way, String dtype) {
		return switch (way) {
			case NESTED -> Values.nested(tensor, dtype);
			case BASE64 -> Values.base64(tensor);
			default -> Values.flat(tensor);
		};
	}

}
