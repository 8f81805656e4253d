import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One kind of request: its body, and its path on each server.
 */
final class Work {

	private static final long SEED = 20_240_607;

	private static final int KIB = 1024;

	private static final int MIB = 1024 * KIB;

	/** 147,456 bytes of weights: 64 channels in and out, 3 x 3. */
	private static final int[] LAYER = { 64, 64, 3, 3 };

	private final String name;

	private final String servicePath;

	private final String peerPath;

	private final String mediaType;

	private final byte[] body;

	/** Goal: largest time of the service, as a multiple of the floor's; 0 for no goal. */
	private final double floorGoal;

	/** Goal: smallest factor by which the service is faster than the peer; 0 for no goal. */
	private final double peerGoal;

	/** Goal: lowest rate for one client, in MB of body per second; 0 for no goal. */
	private final double rateGoal;

	private Work(String name, String servicePath, String peerPath, String mediaType, byte[] body, double floorGoal,
			double peerGoal, double rateGoal) {
		this.name = name;
		this.servicePath = servicePath;
		this.peerPath = peerPath;
		this.mediaType = mediaType;
		this.body = body;
		this.floorGoal = floorGoal;
		this.peerGoal = peerGoal;
		this.rateGoal = rateGoal;
	}

	/** Creates all works, small ones first. The goals apply to one client. */
	static List<Work> all() {
		List<Work> all = new ArrayList<>();
		all.add(raw("raw 4 KiB", 4 * KIB, 2, 1.5));
		all.add(raw("raw 256 KiB", 256 * KIB, 2, 1));
		all.add(raw("raw 4 MiB", 4 * MIB, 1.5, 2));
		all.add(raw("raw 64 MiB", 64 * MIB, 1.2, 4));
		all.add(new Work("layer 147 KB", "/api/v1/discretize/conv-spike", "/layer", "application/vnd.safetensors",
				layer(), 0, 0, 0));
		all.add(json("JSON 1 K", 1_000, 0, 0));
		all.add(json("JSON 100 K", 100_000, 0, 0));
		all.add(json("JSON 1 M", 1_000_000, 2.2, 150));
		return all;
	}

	private static Work raw(String name, int bytes, double floorGoal, double peerGoal) {
		return new Work(name, "/api/v1/discretize/tensor?dtype=float32&shape=" + bytes / Float.BYTES, "/raw",
				"application/octet-stream", littleEndian(bytes / Float.BYTES).array(), floorGoal, peerGoal, 0);
	}

	/** Numbers with the digits of a binary64, as Python's tolist() prints them. */
	private static Work json(String name, int elements, double peerGoal, double rateGoal) {
		StringBuilder text = new StringBuilder("{\"tensor\": [");
		Random random = new Random(SEED);
		for (int i = 0; i < elements; i++) {
			text.append((i == 0) ? "" : ", ").append((double) weight(random));
		}
		return new Work(name, "/api/v1/discretize/tensor", "/json", "application/json",
				text.append("]}").toString().getBytes(StandardCharsets.UTF_8), 0, peerGoal, rateGoal);
	}

	private static float weight(Random random) {
		return (float) (random.nextGaussian() * 0.1);
	}

	private static ByteBuffer littleEndian(int elements) {
		Random random = new Random(SEED);
		ByteBuffer floats = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
		while (floats.hasRemaining()) {
			floats.putFloat(weight(random));
		}
		return floats;
	}

	private static byte[] layer() {
		int weights = 1;
		for (int dim : LAYER) {
			weights *= dim;
		}
		int bias = LAYER[0];
		int end = weights * Float.BYTES;
		String header = """
				{"weight":{"dtype":"F32","shape":[%d,%d,%d,%d],"data_offsets":[0,%d]},\
				"bias":{"dtype":"F32","shape":[%d],"data_offsets":[%d,%d]},\
				"spike_threshold":{"dtype":"F32","shape":[],"data_offsets":[%d,%d]},\
				"min_v_mem":{"dtype":"F32","shape":[],"data_offsets":[%d,%d]}}""".formatted(LAYER[0], LAYER[1],
				LAYER[2], LAYER[3], end, bias, end, end + 4 * bias, end + 4 * bias, end + 4 * bias + 4,
				end + 4 * bias + 4, end + 4 * bias + 8);
		header += " ".repeat(7 - (header.length() + 7) % 8);
		ByteBuffer elements = littleEndian(weights + bias + 2).putFloat(end + 4 * bias, 1f)
			.putFloat(end + 4 * bias + 4, -1f);
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		file.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length()).array());
		file.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
		file.writeBytes(elements.array());
		return file.toByteArray();
	}

	String name() {
		return this.name;
	}

	int bytes() {
		return this.body.length;
	}

	double floorGoal() {
		return this.floorGoal;
	}

	double peerGoal() {
		return this.peerGoal;
	}

	double rateGoal() {
		return this.rateGoal;
	}

	/** The whole request, head and body, to be sent unchanged. */
	ByteBuffer request(Server server) {
		byte[] head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
			.formatted(server.isPeer() ? this.peerPath : this.servicePath, this.mediaType, this.body.length)
			.getBytes(StandardCharsets.US_ASCII);
		return ByteBuffer.allocateDirect(head.length + this.body.length).put(head).put(this.body).flip();
	}

	/**
	 * The integers in an answer, in the same form for service and peer, so that they can be compared; those of the layer
	 * are not compared.
	 */
	String integers(byte[] answer) {
		if (this.mediaType.equals("application/octet-stream")) {
			return new String(answer, StandardCharsets.ISO_8859_1);
		}
		if (!this.mediaType.equals("application/json")) {
			return "";
		}
		String text = new String(answer, StandardCharsets.UTF_8).replace(" ", "");
		String data = text.contains("\"data\":[") ? "\"data\":[" : "\"tensor\":[";
		int from = text.indexOf(data) + data.length();
		return text.substring(from, text.indexOf(']', from));
	}

}
