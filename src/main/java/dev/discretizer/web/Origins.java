package dev.discretizer.web;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.discretizer.behaviour.SimulationResult;
import dev.discretizer.graph.Plan;
import dev.discretizer.graph.PlannedLayer;
import dev.discretizer.service.CalibratedNetwork;
import dev.discretizer.service.DiscretizationService;
import dev.discretizer.service.NetworkResult;
import dev.discretizer.service.VerificationResult;
import dev.discretizer.tensor.DiscreteTensor;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.web.api.Fields;
import dev.discretizer.web.api.Origin;
import dev.discretizer.web.api.RequestField;
import dev.discretizer.web.api.ResultObjects;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Tells where results come from, for requests that ask for it. Thread-safe.
 */
final class Origins {

	/**
	 * An entity tag (RFC 9110 section 8.8.3), weak or strong: If-None-Match compares them
	 * alike.
	 */
	private static final Pattern TAG = Pattern.compile("(?:W/)?\"([^\"]*)\"");

	private final DiscretizationService service;

	private final @Nullable String version;

	private final @Nullable String commit;

	/**
	 * Makes it.
	 * @param service computes digests
	 * @param version of this service, or null
	 * @param commit that this service was built from, or null
	 */
	Origins(DiscretizationService service, @Nullable String version, @Nullable String commit) {
		this.service = service;
		this.version = version;
		this.commit = commit;
	}

	/** Whether a request asks for the provenance of its result. */
	static boolean isWanted(ApiRequest request) {
		return request.endpoint().field(Origin.NAME) != null && request.get(Fields.PROVENANCE);
	}

	/**
	 * Computes the digests of a result.
	 * @param outputs the tensors of the answer as safetensors
	 * @return null if the result is of networks that do not match
	 */
	@Nullable Origin of(ApiRequest request, Object result, Map<String, DiscreteTensor> outputs) {
		return switch (result) {
			case NetworkResult network -> of(inputs(network.discretized().plan()), outputs);
			case VerificationResult verified ->
				(verified.integers() == null) ? null : of(inputs(verified.integers().plan()),
						ResultObjects.NETWORK.tensors(new NetworkResult(verified.integers(), null)));
			case CalibratedNetwork calibrated -> of(inputs(calibrated.network().discretized().plan()), outputs);
			case SimulationResult simulated -> of(inputs(BehaviourController.network(request).plan()), outputs);
			default -> of(inputs(request), outputs);
		};
	}

	private Origin of(Map<String, FloatTensor> inputs, Map<String, DiscreteTensor> outputs) {
		return new Origin(this.version, this.commit, this.service.provenance(inputs, outputs));
	}

	private static Map<String, FloatTensor> inputs(ApiRequest request) {
		Map<String, FloatTensor> inputs = new LinkedHashMap<>();
		for (RequestField<?> field : request.endpoint().tensors()) {
			put(field.name(), request.values().tensor(field.name()), inputs);
		}
		return inputs;
	}

	private static Map<String, FloatTensor> inputs(Plan plan) {
		Map<String, FloatTensor> inputs = new LinkedHashMap<>();
		for (PlannedLayer layer : plan.layers()) {
			put(layer.name() + ".weight", layer.weight(), inputs);
			put(layer.name() + ".bias", layer.bias(), inputs);
			put(layer.spikeName() + ".spike_threshold", layer.threshold(), inputs);
			put(layer.spikeName() + ".min_v_mem", layer.minVMem(), inputs);
			put(layer.spikeName() + ".v_mem", layer.vMem(), inputs);
		}
		return inputs;
	}

	private static void put(String name, @Nullable FloatTensor tensor, Map<String, FloatTensor> dest) {
		if (tensor != null) {
			dest.put(name, tensor);
		}
	}

	/**
	 * Whether the client has the result already, as it says by If-None-Match (RFC 9110
	 * section 13.1.2). For methods other than GET that field usually means 412; here it
	 * means 304, since the endpoints are pure functions.
	 */
	static boolean isKnown(String digest, HttpServletRequest request) {
		for (String tags : Collections.list(request.getHeaders(HttpHeaders.IF_NONE_MATCH))) {
			Matcher tag = TAG.matcher(tags);
			boolean known = tags.trim().equals("*");
			while (!known && tag.find()) {
				known = tag.group(1).equals(digest);
			}
			if (known) {
				return true;
			}
		}
		return false;
	}

}
