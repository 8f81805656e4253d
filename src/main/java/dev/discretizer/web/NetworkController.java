package dev.discretizer.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.discretizer.discretize.ScaleRule;
import dev.discretizer.graph.MalformedNetworkException;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.StateDict;
import dev.discretizer.graph.StateDictOptions;
import dev.discretizer.graph.UnsupportedNetworkException;
import dev.discretizer.network.NetworkOptions;
import dev.discretizer.network.NetworkVerification;
import dev.discretizer.network.SweepRow;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.service.NetworkResult;
import dev.discretizer.service.VerificationResult;
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
		List<Long> bits = request.get(Fields.SWEEP_BITS);
		List<ScaleRule> rules = request.get(Fields.SCALE_RULES);
		if (rules.contains(ScaleRule.JOINT)) {
			LayerBinding.checkJoint(request, bits.size() * request.elements(), "the sweep");
		}
		return this.service.sweep(plan(request), options(request), bits, request.find(Fields.BIAS_BITS), rules,
				request.means().clientGone());
	}

	@Serves(Endpoint.VERIFY)
	VerificationResult verify(ApiRequest request) {
		LayerBinding.checkJoint(request, Objects.requireNonNull(request.network()).elements(), "the original");
		Plan original = plan(request);
		return this.service.verify(original, options(request), integers(request, original),
				request.get(Fields.PROVENANCE));
	}

	private static Plan plan(ApiRequest request) {
		return switch (Objects.requireNonNull(request.network())) {
			case Upload.Graph graph -> Plan.of(graph.network(), request.get(Fields.R));
			case Upload.StateDict stateDict -> StateDict.plan(stateDict.tensors(), stateDictOptions(request));
		};
	}

	/** The plan of the second part, whose modules may have the names of the original. */
	private static Plan integers(ApiRequest request, Plan original) {
		Map<String, String> spike = new LinkedHashMap<>();
		original.layers().forEach((layer) -> spike.put(layer.name(), layer.spikeName()));
		spike.putAll(request.get(Fields.SPIKE));
		ApiRequest second = request.second();
		try {
			return switch (Objects.requireNonNull(second.network())) {
				case Upload.Graph graph -> Plan.of(graph.network(), request.get(Fields.R));
				case Upload.StateDict stateDict -> NetworkVerification.integers(stateDict.tensors(), spike);
			};
		}
		catch (MalformedNetworkException | UnsupportedNetworkException ex) {
			throw new PartFailedException(second, ex);
		}
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
