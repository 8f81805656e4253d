package dev.discretizer.web;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.discretizer.device.ChipLimit;
import dev.discretizer.device.Device;
import dev.discretizer.device.Devices;
import dev.discretizer.web.server.RequestId;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import org.springframework.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * Describes what {@link DeviceAnswers} gives, and the operations that give it.
 */
final class OpenApiDevices {

	static final String FIT = "Fit";

	private static final String DEVICE = "Device";

	private static final String DEVICES = "Devices";

	private static final String MEMORY = "Memory";

	private OpenApiDevices() {
	}

	static Map<String, OpenApiSchema> components() {
		Map<String, OpenApiSchema> components = new LinkedHashMap<>();
		components.put(DEVICES,
				OpenApiSchema.object("All chips.")
					.required("devices",
							OpenApiSchema.array(OpenApiSchema.ref(DEVICE, null), "Those that sinabs supports first.")));
		components.put(DEVICE, device());
		components.put(FIT, fit());
		components.put(MEMORY,
				OpenApiSchema.object("Memory of one kind, in entries.")
					.required("needs", count("What the layer takes."))
					.required("has", count("What its core has; the most that any core has, where it goes on none.")));
		return components;
	}

	private static OpenApiSchema device() {
		OpenApiSchema core = OpenApiSchema.object("A core, which holds one layer.")
			.required("core", count("Its number."))
			.required("kernel", count("Weights it can hold, in entries."))
			.required("neuron", count("Neurons it can hold, in entries."))
			.required("bias", count("Biases it can hold, in entries."));
		return OpenApiSchema.object("A chip, or a board with one.")
			.required("name", OpenApiSchema.of("string", "As sinabs has it."))
			.required("supported", OpenApiSchema.of("boolean", "False for one that sinabs 3.0 dropped."))
			.required("cores", OpenApiSchema.array(core, "By their numbers."))
			.required("limits", limits());
	}

	private static OpenApiSchema limits() {
		return OpenApiSchema.object("What it asks of each layer, whichever core it goes on.")
			.required("layers", count("Most layers of a network."))
			.required("input_size", count("Most pixels of the input, in height and in width."))
			.required("output_size", count("Most neurons of an output channel, in height and in width."))
			.required("channels", count("Most input channels, and most output channels."))
			.required("kernel_size", count("Most weights of a kernel, in height and in width."))
			.required("strides", choices("All strides there are, in height and in width apart."))
			.required("padding", count("Most pixels on each side."))
			.required("poolings", choices("All kernels of the sum pool behind the neurons."))
			.required("dvs_poolings", choices("All kernels of the sum pool between the camera and the first layer."))
			.required("fan_out", count("Most layers that one layer feeds."))
			.required("weight_bits", count("Bits of a weight."))
			.required("bias_bits", count("Bits of a bias."))
			.required("state_bits", count("Bits of a membrane potential and its thresholds."));
	}

	private static OpenApiSchema fit() {
		OpenApiSchema layer = OpenApiSchema.object("What a layer takes, and where it goes.")
			.required("name", OpenApiSchema.of("string", "As in `layers` of the answer."))
			.required("core", count("The number of its core; null if it goes on none.").orNull())
			.required("kernel", OpenApiSchema.ref(MEMORY, "Of weights."))
			.required("neuron", OpenApiSchema.ref(MEMORY, "Of neurons."))
			.required("bias", OpenApiSchema.ref(MEMORY, "Of biases."));
		OpenApiSchema violation = OpenApiSchema.object("A limit that the network is over.")
			.required("layer", OpenApiSchema.of("string", "Null where it is the network as a whole.").orNull())
			.required("limit",
					OpenApiSchema.oneOf(Arrays.stream(ChipLimit.values()).map(ChipLimit::label).toList(), "Which one."))
			.required("found", OpenApiSchema.of("integer", "What it has or needs."))
			.required("allowed",
					OpenApiSchema.either("The most there may be, or all values there may be.", count(null),
							choices(null)))
			.required("message", OpenApiSchema.of("string", "Both in words."));
		return OpenApiSchema.object("Whether a chip can hold the network, and where.")
			.required("device", OpenApiSchema.of("string", "The chip."))
			.required("fits", OpenApiSchema.of("boolean", "Whether there are no violations."))
			.required("layers", OpenApiSchema.array(layer, "In the order that data flows."))
			.required("violations", OpenApiSchema.array(violation, "Every limit it is over."));
	}

	private static OpenApiSchema count(@Nullable String description) {
		return OpenApiSchema.of("integer", description).atLeast(0);
	}

	private static OpenApiSchema choices(@Nullable String description) {
		return OpenApiSchema.array(OpenApiSchema.of("integer", null), description);
	}

	/** Replaces what was guessed from {@code GET /devices}. */
	static void describeAll(Operation dest) {
		describe(dest, "listDevices", "List the chips",
				"All chips with their cores and limits, as sinabs 3.1.3 and the "
						+ "manufacturer's pages have them; also those that sinabs no longer supports.",
				DEVICES);
	}

	/** Replaces what was guessed from {@code GET /devices/{name}}. */
	static void describeOne(Operation dest) {
		describe(dest, "getDevice", "Show a chip", "One chip with its cores and limits.", DEVICE);
		Parameter name = dest.getParameters().getFirst();
		name.setDescription("The chip.");
		name.setSchema(OpenApiSchema.oneOf(Devices.all().stream().map(Device::name).toList(), null));
		dest.getResponses().addApiResponse("404", OpenApiProblems.notFound());
	}

	private static void describe(Operation dest, String id, String summary, String description, String answer) {
		dest.setOperationId(id);
		dest.setTags(List.of(OpenApiWords.NETWORKS));
		dest.setSummary(summary);
		dest.setDescription(description);
		MediaType media = new MediaType();
		media.setSchema(OpenApiSchema.ref(answer, null));
		Content content = new Content();
		content.addMediaType("application/json", media);
		ApiResponse success = new ApiResponse();
		success.setDescription(summary + ".");
		success.setContent(content);
		success.addHeaderObject(RequestId.HEADER, OpenApiProblems.reference(RequestId.HEADER));
		ApiResponses responses = new ApiResponses();
		responses.addApiResponse("200", success);
		OpenApiProblems.addTo(responses, HttpStatus.NOT_ACCEPTABLE);
		dest.setResponses(responses);
	}

}
