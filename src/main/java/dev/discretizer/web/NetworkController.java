package dev.discretizer.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.json.JsonAnswer;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.device.Device;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.graph.Network;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.network.DiscretizedNetwork;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.service.DiscretizationService;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

import org.jspecify.annotations.Nullable;

/**
 * Whole networks, and the chips that they are for.
 */
@Controller
@RequestMapping("/api/v1")
class NetworkController {

	private final DiscretizationService service;

	NetworkController(DiscretizationService service) {
		this.service = service;
	}

	@PostMapping("/discretize/network")
	@Operation(summary = "Discretize a network")
	@Accepts(Endpoint.NETWORK)
	Answer network(ApiRequest request) {
		ApiRequest.SentNetwork sent = Objects.requireNonNull(request.network());
		NetworkOptions options = options(request, sent.minVMemOf());
		return switch (sent.upload()) {
			case Upload.Graph graph -> network(graph.network(), options, request);
			case Upload.StateDict stateDict ->
				Answers.of(this.service.network(stateDict.tensors(), stateDictOptions(request), options), null);
		};
	}

	private Answer network(Network network, NetworkOptions options, ApiRequest request) {
		DiscretizedNetwork result = this.service.network(network, options);
		boolean asGraph = request.answer().type().format() == Format.HDF5;
		return Answers.of(result, asGraph ? result.applyTo(network) : null);
	}

	private NetworkOptions options(ApiRequest request, Map<String, Float> minVMemOf) {
		long weightBits = request.get("weight_bits", Long.class, (long) Precision.WEIGHT_BITS);
		return new NetworkOptions(request.get("to_int", Boolean.class, true), weightBits,
				request.get("bias_bits", Long.class, weightBits),
				request.get("state_bits", Long.class, (long) Precision.STATE_BITS), unsetMinVMem(request),
				request.get("min_v_mem", Float.class), minVMemOf, request.answer().carriesReport(),
				device(request.get("device", String.class)));
	}

	private static @Nullable UnsetMinVMem unsetMinVMem(ApiRequest request) {
		String label = request.get("unset_min_v_mem", String.class);
		return (label == null) ? null : request.unsetMinVMem(label);
	}

	private @Nullable Device device(@Nullable String name) {
		if (name == null) {
			return null;
		}
		try {
			return require(name);
		}
		catch (UnknownDeviceException ex) {
			throw new MalformedInputException(Cause.WRONG_TYPE, null, "query parameter " + ex.getMessage());
		}
	}

	private static StateDictOptions stateDictOptions(ApiRequest request) {
		String spike = request.get("spike", String.class);
		return new StateDictOptions(request.get("spike_threshold", Float.class), request.get("rescale", Double.class),
				(spike != null) ? StateDictOptions.pairs(spike) : Map.of());
	}

	@Operation(summary = "List the chips")
	@GetMapping(path = "/devices", produces = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<byte[]> devices() {
		return json(DeviceAnswers.of(this.service.devices()));
	}

	@Operation(summary = "Show a chip")
	@GetMapping(path = "/devices/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<byte[]> namedDevice(@PathVariable("name") String name) {
		return json(DeviceAnswers.of(require(name)));
	}

	/** As bytes, so that the length is known before. */
	private static ResponseEntity<byte[]> json(Map<String, Object> document) {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_JSON)
			.body(JsonAnswer.text(document, TensorStyle.FLAT).getBytes(StandardCharsets.UTF_8));
	}

	/** The chip of that name. */
	private Device require(String name) {
		Device device = this.service.device(name);
		if (device == null) {
			throw new UnknownDeviceException(name, this.service.devices().stream().map(Device::name).toList());
		}
		return device;
	}

}
