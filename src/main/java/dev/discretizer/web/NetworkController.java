package dev.discretizer.web;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.json.JsonAnswer;
import dev.discretizer.codec.json.TensorStyle;
import dev.discretizer.device.Device;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.tensor.FloatTensor;
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
			case Upload.Graph graph -> Answers
				.of(this.service.network(graph.network(), options, request.answer().type().format() == Format.HDF5));
			case Upload.StateDict stateDict ->
				Answers.of(this.service.network(stateDict.tensors(), stateDictOptions(request), options));
		};
	}

	private NetworkOptions options(ApiRequest request, Map<String, FloatTensor> minVMemOf) {
		LayerOptions layer = DiscretizationController.options(request, NetworkOptions.UNSET_MIN_V_MEM);
		boolean unsetAssumed = request.get("unset_min_v_mem", String.class) == null;
		Float minVMem = request.get("min_v_mem", Float.class);
		return new NetworkOptions(layer, unsetAssumed, (minVMem != null) ? FloatTensor.scalar(minVMem) : null,
				minVMemOf, device(request.get("device", String.class)));
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
