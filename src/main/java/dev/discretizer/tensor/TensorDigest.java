package dev.discretizer.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a tensor's elements as little-endian bytes in C order: what
 * {@code hashlib.sha256(array.tobytes()).hexdigest()} is in Python. Works slice by slice,
 * without a copy of the tensor. Stateless, so safe for any thread.
 *
 * <p>
 * Source: FIPS 180-4.
 */
public final class TensorDigest {

	/** Elements of a slice. */
	private static final int SLICE = 8192;

	private TensorDigest() {
	}

	/** The digest of binary32 elements, in hex. */
	public static String of(FloatTensor tensor) {
		MessageDigest digest = sha256();
		ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * Math.min(SLICE, tensor.elements()))
			.order(ByteOrder.LITTLE_ENDIAN);
		for (int from = 0; from < tensor.elements(); from += SLICE) {
			int count = Math.min(SLICE, tensor.elements() - from);
			bytes.asFloatBuffer().put(tensor.array(), from, count);
			digest.update(bytes.array(), 0, Float.BYTES * count);
		}
		return hex(digest);
	}

	/** The digest of elements in their own type, in hex. */
	public static String of(DiscreteTensor tensor) {
		MessageDigest digest = sha256();
		int elements = tensor.shape().elements();
		int size = tensor.dtype().bytes();
		byte[] bytes = new byte[size * Math.min(SLICE, elements)];
		for (int from = 0; from < elements; from += SLICE) {
			int count = Math.min(SLICE, elements - from);
			tensor.bytes(from, bytes, 0, count);
			digest.update(bytes, 0, size * count);
		}
		return hex(digest);
	}

	/** The digest of bytes, in hex. */
	public static String of(byte[] bytes) {
		MessageDigest digest = sha256();
		digest.update(bytes);
		return hex(digest);
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every Java platform has SHA-256", ex);
		}
	}

	private static String hex(MessageDigest digest) {
		return HexFormat.of().formatHex(digest.digest());
	}

}
