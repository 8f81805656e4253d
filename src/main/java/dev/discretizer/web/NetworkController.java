package dev.discretizer.web;

import java.util.List;
import java.util.Objects;

import dev.discretizer.graph.Plan;
import dev.discretizer.graph.StateDict;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.network.SweepRow;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.service.NetworkResult;
import dev.discretizer.web.api.Endpoint;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Format;
import org.springframework.stereotype.Controller;

/**
 * The endpoints of whole networks.
 */
@Controller
class NetworkController {

	private final DiscretizationService service;

	NetworkController(DiscretizationService service) {
		this.service = service;
	}

	@Serves(Endpoint.NETWORK)
	NetworkResult network(ApiRequest request) {
		return switch (Objects.requireNonNull(request.network())) {
			case Upload.Graph graph -> this.service.network(graph.network(), options(request),
					request.answer().type().format() == Format.HDF5);
			case Upload.StateDict stateDict ->
				this.service.network(stateDict.tensors(), stateDictOptions(request), options(request));
		};
	}

	@Serves(Endpoint.SWEEP)
	List<SweepRow> sweep(ApiRequest request) {
		return this.service.sweep(plan(request), options(request), request.get(Fields.SWEEP_BITS),
				request.find(Fields.BIAS_BITS), request.get(Fields.SCALE_RULES));
	}

	private static Plan plan(ApiRequest request) {
		return switch (Objects.requireNonNull(request.network())) {
			case Upload.Graph graph -> Plan.of(graph.network(), request.get(Fields.R));
			case Upload.StateDict stateDict -> StateDict.plan(stateDict.tensors(), stateDictOptions(request));
		};
	}

	/** How to discretize all layers of a network. */
	static NetworkOptions options(ApiRequest request) {
		boolean unsetAssumed = request.find(Fields.UNSET_MIN_V_MEM) == null;
		return new NetworkOptions(LayerBinding.options(request), unsetAssumed, request.find(Fields.NETWORK_MIN_V_MEM),
				request.get(Fields.MIN_V_MEM_OF), request.get(Fields.RESCALE_OF), request.get(Fields.R),
				request.find(Fields.DEVICE));
	}

	private static StateDictOptions stateDictOptions(ApiRequest request) {
		return new StateDictOptions(request.find(Fields.NETWORK_SPIKE_THRESHOLD), request.find(Fields.NETWORK_RESCALE),
				request.get(Fields.SPIKE));
	}

}
