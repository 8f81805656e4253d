package dev.discretizer.codec.nir;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;

import static org.assertj.core.api.Assertions.fail;

/**
 * Changes files of NIR, mostly where structures are and not weights, and has them read:
 * whatever the bytes, they are read or refused in words of the reader's own, and no more
 * memory is taken than was asked for.
 */
final class NirMutations {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	/**
	 * What an exception, its stack and its message take, and buffers that are not kept.
	 */
	private static final long SLACK = 600_000;

	private static final long[] NUMBERS = { 0, 1, 2, 8, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffffL, 0x8000_0000L,
			0xffff_ffffL, Long.MAX_VALUE, Long.MIN_VALUE, -1 };

	private static final List<String> SUMMED = List.of("OHDR", "OCHK", "FRHP", "FHIB", "BTHD", "BTLF", "BTIN", "FAHD",
			"FADB", "\u0089HDF");

	private final byte[] original;

	/** Places worth changing: bytes that are not zero, but for the weights. */
	private final int[] places;

	/** Beginnings and lengths of what a checksum follows. */
	private final List<int[]> sums = new ArrayList<>();

	private final Random random;

	private int refused;

	NirMutations(byte[] file, long seed) {
		this.original = file;
		this.random = new Random(seed);
		this.places = places(file);
		findSums();
	}

	/**
	 * A run of over 64 bytes that are not zero is a tensor; it is worth its ends only.
	 */
	private static int[] places(byte[] file) {
		int[] places = new int[file.length];
		int count = 0;
		for (int at = 0, end; at < file.length; at = end + 1) {
			end = at;
			while (end < file.length && file[end] != 0) {
				end++;
			}
			for (int i = at; i < end; i++) {
				if (end - at <= 64 || i - at < 16 || end - i < 16) {
					places[count++] = i;
				}
			}
		}
		return Arrays.copyOf(places, count);
	}

	private void findSums() {
		String text = new String(this.original, StandardCharsets.ISO_8859_1);
		ByteBuffer bytes = ByteBuffer.wrap(this.original).order(ByteOrder.LITTLE_ENDIAN);
		for (String signature : SUMMED) {
			for (int at = text.indexOf(signature); at >= 0; at = text.indexOf(signature, at + 1)) {
				int most = Math.min(3000, this.original.length - at - 4);
				for (int length = 8; length < most; length++) {
					if (Lookup3.of(this.original, at, length) == bytes.getInt(at + length)) {
						this.sums.add(new int[] { at, length });
						break;
					}
				}
			}
		}
	}

	/** How many structures have a checksum that is put right after most changes. */
	int sums() {
		return this.sums.size();
	}

	/** How many were refused so far. */
	int refused() {
		return this.refused;
	}

	/** Reads so many changed files. */
	void run(int count) {
		for (int i = 0; i < count; i++) {
			byte[] mutated = mutated();
			this.refused += isRefused(mutated) ? 1 : 0;
		}
	}

	private byte[] mutated() {
		byte[] bytes = this.original.clone();
		for (int i = this.random.nextInt(3); i >= 0; i--) {
			int at = this.places[this.random.nextInt(this.places.length)];
			switch (this.random.nextInt(8)) {
				case 0, 1 -> bytes[at] ^= (byte) (1 << this.random.nextInt(8));
				case 2 -> bytes[at] = (byte) NUMBERS[this.random.nextInt(NUMBERS.length)];
				case 3 -> number(bytes, at, NUMBERS[this.random.nextInt(NUMBERS.length)]);
				case 4 -> number(bytes, at, this.places[this.random.nextInt(this.places.length)] & ~7);
				case 5 -> splice(bytes, at & ~7);
				case 6 -> bytes[Math.max(0, at - this.random.nextInt(16))] = (byte) this.random.nextInt();
				default -> bytes[this.random.nextInt(bytes.length)] = (byte) this.random.nextInt();
			}
		}
		if (this.random.nextInt(8) != 0) {
			mend(bytes);
		}
		if (this.random.nextInt(20) == 0) {
			bytes = Arrays.copyOf(bytes, this.random.nextInt(bytes.length));
			number(bytes, 40, bytes.length);
		}
		return bytes;
	}

	private static void number(byte[] bytes, int at, long number) {
		int from = at & ~7;
		if (from + 8 <= bytes.length) {
			ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(from, number);
		}
	}

	/** Another part of the file, here. */
	private void splice(byte[] bytes, int to) {
		int from = this.places[this.random.nextInt(this.places.length)] & ~7;
		int length = Math.min(8 << this.random.nextInt(6), bytes.length - Math.max(from, to));
		System.arraycopy(bytes, from, bytes, to, length);
	}

	private void mend(byte[] bytes) {
		ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
		for (int[] sum : this.sums) {
			out.putInt(sum[0] + sum[1], Lookup3.of(bytes, sum[0], sum[1]));
		}
	}

	/**
	 * Whether a file is refused. What is taken the first time may be that of classes that
	 * are loaded.
	 */
	private static boolean isRefused(byte[] bytes) {
		CountingAllowance allowance = allowance();
		long before = THREADS.getCurrentThreadAllocatedBytes();
		boolean refused = tryToRead(bytes, allowance);
		if (taken(before) > most(bytes, allowance)) {
			allowance = allowance();
			before = THREADS.getCurrentThreadAllocatedBytes();
			tryToRead(bytes, allowance);
			if (taken(before) > most(bytes, allowance)) {
				fail("%d bytes taken, %d asked for, of a file of %d".formatted(taken(before), allowance.reserved(),
						bytes.length));
			}
		}
		return refused;
	}

	private static CountingAllowance allowance() {
		return CountingAllowance.defaults()
			.with(RequestLimit.ELEMENTS, 1_000_000)
			.with(RequestLimit.INFLATED, 4_000_000);
	}

	private static long taken(long before) {
		return THREADS.getCurrentThreadAllocatedBytes() - before;
	}

	/**
	 * What readers keep is asked for. Buffers of elements, and what goes over a structure
	 * of few bytes, are not kept, and together no more than some times the file.
	 */
	private static long most(byte[] bytes, CountingAllowance allowance) {
		return allowance.reserved() + 8L * bytes.length + SLACK;
	}

	private static boolean tryToRead(byte[] bytes, CountingAllowance allowance) {
		try {
			NirFiles.read(bytes, allowance);
			return false;
		}
		catch (MalformedInputException | LimitExceededException ex) {
			if (!isFitToBeSeen(String.valueOf(ex.getMessage()))) {
				fail("shows too much: " + ex.getMessage(), ex);
			}
			return true;
		}
		catch (Exception | StackOverflowError | OutOfMemoryError ex) {
			return fail("bytes " + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 60_000)), ex);
		}
	}

	private static boolean isFitToBeSeen(String message) {
		return message.length() < 900 && !message.contains("Exception") && !message.contains("java.")
				&& !message.contains("dev.");
	}

}
