package dev.discretizer.web;

import dev.discretizer.discretize.DiscretizedLayer;
import dev.discretizer.discretize.Layer;
import dev.discretizer.discretize.LayerOptions;
import dev.discretizer.discretize.Precision;
import dev.discretizer.discretize.UnsetMinVMem;
import dev.discretizer.service.DiscretizationService;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * The endpoints, one for each function of sinabs' discretize module. Not a
 * RestController: its answers are written by {@link ApiRequestResolver}, which would come
 * second then.
 */
@Controller
@RequestMapping("/api/v1")
class DiscretizationController {

	private final DiscretizationService service;

	DiscretizationController(DiscretizationService service) {
		this.service = service;
	}

	@PostMapping("/scale")
	@Operation(summary = "Find the scale of a tensor")
	@Accepts(Endpoint.SCALE)
	Answer scale(ApiRequest request) {
		return Answers.of(this.service.scale(request.requireTensor("tensor"), request.tensorName(),
				request.get("bits", Long.class)));
	}

	@PostMapping("/discretize/scalar")
	@Operation(summary = "Discretize a number")
	@Accepts(Endpoint.SCALAR)
	Answer scalar(ApiRequest request) {
		return Answers
			.of(this.service.scalar(request.require("value", Double.class), request.require("scaling", Double.class)));
	}

	@PostMapping("/discretize/tensor")
	@Operation(summary = "Discretize a tensor")
	@Accepts(Endpoint.TENSOR)
	Answer tensor(ApiRequest request) {
		return Answers.of(
				this.service.tensor(request.requireTensor("tensor"), request.tensorName(),
						request.get("scaling", Float.class), request.get("bits", Long.class),
						request.get("to_int", Boolean.class, true), request.answer().carriesReport()),
				request.tensorName());
	}

	@PostMapping("/discretize/conv")
	@Operation(summary = "Discretize a convolution")
	@Accepts(Endpoint.CONV)
	Answer conv(ApiRequest request) {
		return Answers.of(layer(request), true, false);
	}

	@PostMapping("/discretize/spike")
	@Operation(summary = "Discretize a spiking layer")
	@Accepts(Endpoint.SPIKE)
	Answer spike(ApiRequest request) {
		return Answers.of(layer(request), false, true);
	}

	@PostMapping("/discretize/conv-spike")
	@Operation(summary = "Discretize a convolution and its spiking layer")
	@Accepts(Endpoint.CONV_SPIKE)
	Answer convSpike(ApiRequest request) {
		return Answers.of(layer(request), true, true);
	}

	private DiscretizedLayer layer(ApiRequest request) {
		Layer layer = new Layer(request.requireTensor("weight"), request.values().tensor("bias"),
				request.requireTensor("spike_threshold"), request.values().tensor("min_v_mem"),
				request.values().tensor("v_mem"));
		return this.service.layer(layer, options(request, UnsetMinVMem.REFERENCE));
	}

	/**
	 * How a layer, or each of a network, is to be discretized.
	 * @param unset what a missing min_v_mem means unless the request says so
	 */
	static LayerOptions options(ApiRequest request, UnsetMinVMem unset) {
		long weightBits = request.get("weight_bits", Long.class, (long) Precision.WEIGHT_BITS);
		return new LayerOptions(request.get("to_int", Boolean.class, true), weightBits,
				request.get("bias_bits", Long.class, weightBits),
				request.get("state_bits", Long.class, (long) Precision.STATE_BITS),
				request.get("rescale", Double.class, 1.0),
				request.unsetMinVMem(request.get("unset_min_v_mem", String.class, unset.label())),
				request.answer().carriesReport());
	}

}
