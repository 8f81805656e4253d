package dev.discretizer.web.api;

import java.util.List;

import dev.discretizer.device.Core;
import dev.discretizer.device.Device;
import dev.discretizer.device.Fit;
import dev.discretizer.device.LayerFit;
import dev.discretizer.device.LayerLimits;
import dev.discretizer.device.ChipLimit;
import dev.discretizer.device.Memory;
import dev.discretizer.device.Violation;

import static dev.discretizer.web.api.JsonTypes.BOOLEAN;
import static dev.discretizer.web.api.JsonTypes.COUNT;
import static dev.discretizer.web.api.JsonTypes.INTEGER;
import static dev.discretizer.web.api.JsonTypes.TEXT;

/**
 * The answers that describe chips and how a network fits on them.
 */
public final class DeviceObjects {

	private static final JsonType<List<Object>> CHOICES = new JsonType.ListOf<>(INTEGER);

	private static final JsonObject<Core> CORE = JsonObject.<Core>of("A core, which holds one layer.")
		.member("core", COUNT, "Its number.", Core::index)
		.member("kernel", COUNT, "Weights it can hold, in entries.", Core::kernelMemory)
		.member("neuron", COUNT, "Neurons it can hold, in entries.", Core::neuronMemory)
		.member("bias", COUNT, "Biases it can hold, in entries.", Core::biasMemory);

	private static final JsonObject<LayerLimits> LAYER_LIMITS = JsonObject.<LayerLimits>of("")
		.member("input_size", COUNT, "Most pixels of the input, in height and in width.", LayerLimits::inputSize)
		.member("output_size", COUNT, "Most neurons of an output channel, in height and in width.",
				LayerLimits::outputSize)
		.member("channels", COUNT, "Most input channels, and most output channels.", LayerLimits::channels)
		.member("kernel_size", COUNT, "Most weights of a kernel, in height and in width.", LayerLimits::kernelSize)
		.member("strides", CHOICES, "All strides there are, in height and in width apart.",
				(limits) -> List.<Object>copyOf(limits.strides()))
		.member("padding", COUNT, "Most pixels on each side.", LayerLimits::padding)
		.member("poolings", CHOICES, "All kernels of the sum pool behind the neurons.",
				(limits) -> List.<Object>copyOf(limits.poolings()))
		.member("dvs_poolings", CHOICES, "All kernels of the sum pool between the camera and the first layer.",
				(limits) -> List.<Object>copyOf(limits.dvsPoolings()))
		.member("fan_out", COUNT, "Most layers that one layer feeds.", LayerLimits::fanOut)
		.member("weight_bits", COUNT, "Bits of a weight.", LayerLimits::weightBits)
		.member("bias_bits", COUNT, "Bits of a bias.", LayerLimits::biasBits)
		.member("state_bits", COUNT, "Bits of a membrane potential and its thresholds.", LayerLimits::stateBits);

	private static final JsonObject<Device> LIMITS = JsonObject
		.<Device>of("What it asks of each layer, whichever core it goes on.")
		.member("layers", COUNT, "Most layers of a network.", (device) -> device.cores().size())
		.allOf(LAYER_LIMITS, Device::limits);

	/** The answer of {@code /devices/{name}}. */
	public static final JsonObject<Device> DEVICE = JsonObject
		.<Device>component("Device", "A chip, or a board with one.")
		.member("name", TEXT, "As sinabs has it.", Device::name)
		.member("supported", BOOLEAN, "False for one that sinabs 3.0 dropped.", Device::supported)
		.list("cores", CORE, "By their numbers.", Device::cores)
		.object("limits", LIMITS, null, (device) -> device);

	/** The answer of {@code /devices}. */
	public static final JsonObject<List<Device>> DEVICES = JsonObject.<List<Device>>component("Devices", "All chips.")
		.list("devices", DEVICE, "Those that sinabs supports first.", (devices) -> devices);

	private static final JsonObject<Memory> MEMORY = JsonObject
		.<Memory>component("Memory", "Memory of one kind, in entries.")
		.member("needs", COUNT, "What the layer takes.", Memory::needs)
		.member("has", COUNT, "What its core has; the most that any core has, where it goes on none.", Memory::has);

	private static final JsonObject<LayerFit> LAYER_FIT = JsonObject
		.<LayerFit>of("What a layer takes, and where it goes.")
		.member("name", TEXT, "As in `layers` of the answer.", LayerFit::name)
		.member("core", COUNT.orNull(), "The number of its core; null if it goes on none.", LayerFit::core)
		.object("kernel", MEMORY, "Of weights.", LayerFit::kernel)
		.object("neuron", MEMORY, "Of neurons.", LayerFit::neuron)
		.object("bias", MEMORY, "Of biases.", LayerFit::bias);

	private static final JsonObject<Violation> VIOLATION = JsonObject.<Violation>of("A limit that the network is over.")
		.member("layer", TEXT.orNull(), "Null where it is the network as a whole.", Violation::layer)
		.member("limit", JsonTypes.choice(List.of(ChipLimit.values()), ChipLimit::label), "Which one.",
				Violation::limit)
		.member("found", INTEGER, "What it has or needs.", Violation::found)
		.member("allowed", new JsonType.Either(List.of(COUNT, CHOICES)),
				"The most there may be, or all values there may be.", DeviceObjects::allowed)
		.member("message", TEXT, "Both in words.", Violation::message);

	/** The member {@code fit} of a network's answer. */
	static final JsonObject<Fit> FIT = JsonObject
		.<Fit>component("Fit", "Whether a chip can hold the network, and where.")
		.member("device", TEXT, "The chip.", Fit::device)
		.member("fits", BOOLEAN, "Whether there are no violations.", Fit::fits)
		.list("layers", LAYER_FIT, "In topological order.", Fit::layers)
		.list("violations", VIOLATION, "Every limit it is over.", Fit::violations);

	private DeviceObjects() {
	}

	private static Object allowed(Violation violation) {
		return violation.limit().isChoice() ? violation.allowed() : violation.allowed().getFirst();
	}

}
