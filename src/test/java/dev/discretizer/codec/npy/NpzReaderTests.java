package dev.discretizer.codec.npy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.codec.MalformedInputException.Cause;
import dev.discretizer.codec.SlowStream;
import dev.discretizer.codec.npy.ZipBytes.Entry;
import dev.discretizer.tensor.Allowance;
import dev.discretizer.tensor.FloatTensor;
import dev.discretizer.tensor.LimitExceededException;
import dev.discretizer.tensor.RequestLimit;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NpzReaderTests {

	private static final byte[] TWO = Fixtures.npy("|i1", "(2,)", (byte) 3, (byte) -4);

	@ParameterizedTest
	@ValueSource(strings = { "savez.npz", "savez_compressed.npz", "savez_unseekable.npz" })
	void readsWhatNumpyWrites(String file) throws IOException {
		assertEqualsFixture(read(Fixtures.bytes(file)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "savez.npz", "savez_compressed.npz", "savez_unseekable.npz" })
	void readsTheSameFromASlowStreamOfUnknownLength(String file) throws IOException {
		assertEqualsFixture(NpzReader.read(new SlowStream(Fixtures.bytes(file)), -1, CountingAllowance.defaults()));
	}

	private static void assertEqualsFixture(Map<String, FloatTensor> tensors) {
		List<Fixtures.Read> expected = Fixtures.reads("npz.csv").toList();
		assertThat(tensors.keySet()).containsExactlyElementsOf(expected.stream().map((read) -> read.name).toList());
		for (Fixtures.Read read : expected) {
			NpyReaderTests.assertEquals(Objects.requireNonNull(tensors.get(read.name)), read);
		}
	}

	@Test
	void readsAnArchiveWithoutEntries() throws IOException {
		assertThat(read(Fixtures.bytes("empty.npz"))).isEmpty();
	}

	@Test
	void readsAnArchiveWithAComment() throws IOException {
		byte[] zip = new ZipBytes().add(new Entry("a.npy", TWO)).end(1, "made by hand");
		assertThat(read(zip)).containsOnlyKeys("a");
	}

	@ParameterizedTest
	@ValueSource(ints = { 12, 16, 20, 24 })
	void readsDataDescriptorsOfEverySize(int size) throws IOException {
		Entry entry = new Entry("a.npy", TWO);
		entry.flags |= 1 << 3;
		entry.descriptor = new byte[size];
		assertThat(read(ZipBytes.of(entry, new Entry("b.npy", TWO)))).containsOnlyKeys("a", "b");
	}

	@Test
	void readsArchivesThatAreZip64Throughout() throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
			zip.setUseZip64(Zip64Mode.Always);
			zip.putArchiveEntry(new ZipArchiveEntry("a.npy"));
			zip.write(TWO);
			zip.closeArchiveEntry();
		}
		assertThat(read(out.toByteArray())).containsOnlyKeys("a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../x", "/etc/passwd", "a/b", "C:x", "", " ", "a.npy", "\u03c9" })
	void takesANameAsAKeyAndNotAsAPath(String name) throws IOException {
		assertThat(read(ZipBytes.of(new Entry(name + ".npy", TWO)))).containsOnlyKeys(name);
	}

	@Test
	void keepsTheOrderOfTheDirectory() throws IOException {
		Entry first = new Entry("a.npy", TWO);
		Entry second = new Entry("b.npy", TWO);
		ZipBytes zip = new ZipBytes().hidden(first).hidden(second);
		first.offset = 0;
		second.offset = 30 + 5 + TWO.length;
		assertThat(read(zip.directory(second).directory(first).end(2, "")).keySet()).containsExactly("b", "a");
	}

	@Test
	void refusesWhatIsNoArchive() {
		assertRefused(TWO, Cause.MALFORMED, "an npz archive is expected, this looks like an npy file");
		assertRefused(new byte[0], Cause.MALFORMED, "the body is empty, 0 bytes, an npz archive is expected");
		assertRefused(new byte[100], Cause.MALFORMED, "not a zip archive");
	}

	@Test
	void refusesEveryPrefixOfAnArchive() {
		byte[] zip = Fixtures.bytes("savez.npz");
		for (int length = 4; length < zip.length; length++) {
			byte[] cut = Arrays.copyOf(zip, length);
			assertRefused(cut, Cause.TRUNCATED, "npz archive");
		}
	}

	@Test
	void refusesABodyThatDiffersFromItsLength() {
		byte[] zip = ZipBytes.of(new Entry("a.npy", TWO));
		assertRefused(zip, zip.length + 1, CountingAllowance.defaults(), Cause.TRUNCATED,
				(zip.length + 1) + " bytes expected", zip.length + " found");
		assertRefused(zip, zip.length - 1, CountingAllowance.defaults(), Cause.TRAILING_BYTES,
				(zip.length - 1) + " bytes expected, more found");
	}

	@Test
	void refusesBytesAfterTheArchive() {
		byte[] zip = ZipBytes.of(new Entry("a.npy", TWO));
		assertRefused(Arrays.copyOf(zip, zip.length + 3), Cause.TRAILING_BYTES, "3 bytes follow its end record",
				"a comment of 0");
	}

	@Test
	void refusesACommentThatIsCutOff() {
		byte[] zip = new ZipBytes().add(new Entry("a.npy", TWO)).end(1, "made by hand");
		assertRefused(Arrays.copyOf(zip, zip.length - 2), Cause.TRUNCATED, "10 bytes follow", "a comment of 12");
	}

	@Test
	void refusesBytesBeforeTheArchive() {
		byte[] zip = ZipBytes.of(new Entry("a.npy", TWO));
		byte[] prefixed = new byte[zip.length + 5];
		System.arraycopy(zip, 0, prefixed, 5, zip.length);
		assertRefused(prefixed, Cause.MALFORMED, "does something precede the archive?");
		assertRefused(new ZipBytes().raw(new byte[5]).add(new Entry("a.npy", TWO)).end(1, ""), Cause.MALFORMED,
				"5 bytes from byte 0 on belong to no entry");
	}

	@Test
	void refusesEntriesThatTheDirectoryHides() {
		byte[] between = new ZipBytes().add(new Entry("a.npy", TWO))
			.hidden(new Entry("b.npy", TWO))
			.add(new Entry("c.npy", TWO))
			.end(2, "");
		assertRefused(between, Cause.MALFORMED, "belong to no entry");
		byte[] last = new ZipBytes().add(new Entry("a.npy", TWO)).hidden(new Entry("b.npy", TWO)).end(1, "");
		assertRefused(last, Cause.MALFORMED, "belong to no entry");
	}

	@Test
	void refusesEntriesThatOverlap() {
		Entry first = new Entry("a.npy", TWO);
		Entry same = new Entry("a.npy", TWO);
		ZipBytes zip = new ZipBytes().add(first);
		same.offset = first.offset;
		assertRefused(zip.directory(same.named("a.npy")).end(2, ""), Cause.MALFORMED, "entries overlap at byte 0");
	}

	@Test
	void refusesAnEntryThatReachesIntoTheDirectory() {
		Entry entry = new Entry("a.npy", TWO);
		entry.compressedSize += 1;
		entry.size += 1;
		assertRefused(ZipBytes.of(entry), Cause.MALFORMED, "reaches into the directory");
	}

	@Test
	void refusesALocalHeaderOfAnotherNameOrNone() {
		assertRefused(ZipBytes.of(new Entry("a.npy", TWO).named("b.npy")), Cause.MALFORMED, "no local header");
		assertRefused(ZipBytes.of(new Entry("ab.npy", TWO).named("ab.np")), Cause.MALFORMED, "no local header");
		byte[] zip = ZipBytes.of(new Entry("a.npy", TWO));
		zip[0] = 'Q';
		assertRefused(zip, Cause.MALFORMED, "no local header of entry a.npy at byte 0");
	}

	@Test
	void refusesANameTwice() {
		assertRefused(ZipBytes.of(new Entry("a.npy", TWO), new Entry("a.npy", TWO)), Cause.DUPLICATE_NAME, "tensor a");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "a.NPY", "a.npy.txt", "dir/", "a.npy/", "npy" })
	void refusesNamesThatDoNotEndInNpy(String name) {
		assertRefused(ZipBytes.of(new Entry(name, TWO)), Cause.UNKNOWN_MEMBER, "entry " + name + " found");
	}

	@Test
	void readsTheLongestNameAndNoneThatIsLonger() throws IOException {
		String longest = "n".repeat(255);
		assertThat(read(ZipBytes.of(new Entry(longest + ".npy", TWO)))).containsOnlyKeys(longest);
		assertRefused(ZipBytes.of(new Entry(longest + "n.npy", TWO)), Cause.UNKNOWN_MEMBER, "256 characters",
				"at most 255");
	}

	@Test
	void refusesALongNameWithoutRepeatingIt() {
		byte[] zip = ZipBytes.of(new Entry("n".repeat(60_000) + ".npy", TWO));
		assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> read(zip))
			.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(Cause.UNKNOWN_MEMBER))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(250));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 1 | 1 << 6 })
	void refusesEncryption(int flags) {
		Entry entry = new Entry("a.npy", TWO);
		entry.flags |= flags;
		assertRefused(ZipBytes.of(entry), Cause.UNSUPPORTED_FORMAT, "tensor a", "encrypted");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 6, 9, 12, 14, 93, 95, 99, 65535 })
	void refusesOtherCompressions(int method) {
		Entry entry = new Entry("a.npy", TWO);
		entry.method = method;
		assertRefused(ZipBytes.of(entry), Cause.UNSUPPORTED_FORMAT, "tensor a", "method " + method + " found");
	}

	@Test
	void refusesAWrongCrc() {
		Entry stored = new Entry("a.npy", TWO);
		String found = "%08x found".formatted(stored.crc);
		stored.crc = 0x1234;
		assertRefused(ZipBytes.of(stored), Cause.MALFORMED, "tensor a", "00001234 announced", found);
		Entry deflated = new Entry("a.npy", TWO).deflated();
		deflated.crc++;
		assertRefused(ZipBytes.of(deflated), Cause.MALFORMED, "tensor a", found);
	}

	@Test
	void refusesAStoredEntryOfTwoSizes() {
		Entry entry = new Entry("a.npy", TWO);
		entry.size++;
		assertRefused(ZipBytes.of(entry), Cause.MALFORMED, "tensor a", "size of " + (TWO.length + 1),
				"takes " + TWO.length + " bytes");
	}

	@Test
	void refusesAnEntryThatIsNotAsLongAsItsTensor() {
		byte[] shorter = Arrays.copyOf(TWO, TWO.length - 1);
		byte[] longer = Arrays.copyOf(TWO, TWO.length + 1);
		assertRefused(ZipBytes.of(new Entry("a.npy", shorter)), Cause.SHAPE_MISMATCH, "tensor a", "2 bytes", "1 bytes");
		assertRefused(ZipBytes.of(new Entry("a.npy", longer)), Cause.TRAILING_BYTES, "tensor a", "2 bytes", "3 bytes");
	}

	@Test
	void refusesAnEntryThatInflatesToAnotherSizeThanAnnounced() {
		Entry longer = new Entry("a.npy", Arrays.copyOf(TWO, TWO.length + 1)).deflated();
		longer.size--;
		assertRefused(ZipBytes.of(longer), Cause.TRAILING_BYTES, "tensor a", "more follow");
		Entry shorter = new Entry("a.npy", Arrays.copyOf(TWO, TWO.length - 1)).deflated();
		shorter.size++;
		assertRefused(ZipBytes.of(shorter), Cause.TRUNCATED, "tensor a", "2 bytes of elements expected", "1 found");
	}

	@Test
	void refusesBrokenCompression() {
		Entry entry = new Entry("a.npy", TWO).deflated();
		Arrays.fill(entry.content, (byte) 0xff);
		assertRefused(ZipBytes.of(entry), Cause.MALFORMED, "tensor a", "compressed content is broken");
		Entry cut = new Entry("a.npy", TWO).deflated();
		cut.content = Arrays.copyOf(cut.content, 20);
		cut.compressedSize = 20;
		assertRefused(ZipBytes.of(cut), Cause.MALFORMED, "tensor a", "compressed content is broken");
	}

	@Test
	void refusesABrokenDirectory() {
		Entry entry = new Entry("a.npy", TWO);
		// A zip64 field that should have two sizes and has none.
		entry.extra = new byte[] { 1, 0, 0, 0 };
		entry.size = 0xffff_ffffL;
		entry.compressedSize = 0xffff_ffffL;
		assertRefused(ZipBytes.of(entry), Cause.MALFORMED, "its directory is broken");
	}

	@Test
	void namesTheTensorOfABadFileInThePointer() {
		byte[] zip = ZipBytes.of(new Entry("ok.npy", TWO), new Entry("weight.npy", Fixtures.npy("|O", "()")));
		assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> read(zip))
			.withMessageStartingWith("tensor weight: ")
			.satisfies((ex) -> assertThat(ex.pointer()).isEqualTo("/weight"))
			.satisfies((ex) -> assertThat(ex.cause()).isEqualTo(Cause.UNSUPPORTED_DTYPE));
	}

	@Test
	void escapesANameInThePointer() {
		byte[] zip = ZipBytes.of(new Entry("a/~b.npy", Fixtures.npy("|O", "()")));
		assertThatExceptionOfType(MalformedInputException.class).isThrownBy(() -> read(zip))
			.withMessageStartingWith("tensor a/~b: ")
			.satisfies((ex) -> assertThat(ex.pointer()).isEqualTo("/a~1~0b"));
	}

	@Test
	void refusesABombByTheSizesItAnnounces() {
		byte[] zip = ZipBytes.of(bomb("a.npy"), bomb("b.npy"));
		assertThat(zip).hasSizeLessThan(100_000);
		CountingAllowance allowance = CountingAllowance.defaults().with(RequestLimit.INFLATED, 30 << 20);
		assertExceeds(zip, allowance, RequestLimit.INFLATED);
		assertThat(allowance.reserved()).isEqualTo(zip.length);
	}

	@Test
	void refusesASizeThatItsCompressedBytesCannotInflateTo() {
		Entry entry = new Entry("a.npy", Fixtures.npy("|i1", "(67108864,)")).deflated();
		entry.size += 67_108_864;
		byte[] zip = ZipBytes.of(entry);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertRefused(zip, zip.length, allowance, Cause.MALFORMED, "tensor a", entry.size + " bytes announced",
				"at most " + 1032 * entry.compressedSize);
		assertThat(allowance.reserved()).isEqualTo(zip.length);
	}

	/**
	 * The header's count is taken once, as the compressed bytes can inflate to it: an
	 * array that grows would take three times as much.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "False", "True" })
	void takesMemoryOnceForWhatCanInflateToWhatTheHeaderSays(String fortran) {
		byte[] noise = new byte[100_000];
		new Random(1).nextBytes(noise);
		Entry entry = new Entry("a.npy", Fixtures.npy(1, Fixtures.header("|i1", fortran, "(8192, 8192)"), noise))
			.deflated();
		entry.size += (1 << 26) - noise.length;
		byte[] zip = ZipBytes.of(entry);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertRefused(zip, zip.length, allowance, Cause.TRUNCATED, "67108864 bytes of elements", "100000 found");
		assertThat(allowance.reserved()).isEqualTo(zip.length + 4L * (1 << 26));
	}

	@Test
	void readsWhatDeflatesAsFarAsAnythingCan() throws IOException {
		Entry bomb = bomb("a.npy");
		assertThat(bomb.size).isGreaterThan(1000 * bomb.compressedSize);
		byte[] zip = ZipBytes.of(bomb);
		CountingAllowance allowance = CountingAllowance.defaults();
		Map<String, FloatTensor> tensors = NpzReader.read(new ByteArrayInputStream(zip), zip.length, allowance);
		assertThat(Objects.requireNonNull(tensors.get("a")).elements()).isEqualTo(20_000_000);
		assertThat(allowance.reserved()).isEqualTo(zip.length + 4L * 20_000_000);
	}

	@Test
	void stopsABombThatAnnouncesLessThanItIs() {
		Entry bomb = bomb("a.npy");
		bomb.size = TWO.length;
		byte[] zip = ZipBytes.of(new Entry("b.npy", TWO), bomb);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertRefused(zip, zip.length, allowance, Cause.TRUNCATED, "tensor a");
		// The body and the two elements of b, nothing of the bomb.
		assertThat(allowance.reserved()).isEqualTo(zip.length + 8);
	}

	@Test
	void countsWhatIsInflatedAndNotOnlyWhatIsAnnounced() {
		Entry longer = new Entry("a.npy", Arrays.copyOf(TWO, TWO.length + 1000)).deflated();
		longer.size = TWO.length;
		assertExceeds(ZipBytes.of(longer), CountingAllowance.defaults().with(RequestLimit.INFLATED, TWO.length),
				RequestLimit.INFLATED);
	}

	@Test
	void refusesASizeAtTheEndOfLong() {
		Entry entry = new Entry("a.npy", TWO).deflated();
		entry.extra = zip64Size(Long.MAX_VALUE);
		entry.size = 0xffff_ffffL;
		assertRefused(ZipBytes.of(entry), Cause.MALFORMED, "tensor a", Long.MAX_VALUE + " bytes announced");
		entry.extra = zip64Size(-1);
		assertRefused(ZipBytes.of(entry), Cause.MALFORMED, "its directory is broken");
	}

	private static byte[] zip64Size(long size) {
		ByteBuffer extra = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
		return extra.putShort((short) 1).putShort((short) 8).putLong(size).array();
	}

	private static Entry bomb(String name) {
		return new Entry(name, Fixtures.npy("|i1", "(20000000,)", new byte[20_000_000])).deflated();
	}

	@Test
	void refusesElementsAboveTheLimitOverAllTensors() {
		byte[] zip = ZipBytes.of(new Entry("a.npy", TWO), new Entry("b.npy", TWO));
		assertExceeds(zip, CountingAllowance.defaults().with(RequestLimit.ELEMENTS, 3), RequestLimit.ELEMENTS);
	}

	@Test
	void refusesTooManyTensors() throws IOException {
		byte[] zip = ZipBytes.of(new Entry("a.npy", TWO), new Entry("b.npy", TWO), new Entry("c.npy", TWO));
		assertExceeds(zip, CountingAllowance.defaults().with(RequestLimit.TENSORS, 2), RequestLimit.TENSORS);
		assertThat(NpzReader.read(new ByteArrayInputStream(zip), zip.length,
				CountingAllowance.defaults().with(RequestLimit.TENSORS, 3)))
			.hasSize(3);
	}

	@Test
	void refusesTooManyTensorsOfAZip64Directory() throws IOException {
		byte[] zip = manyEntries();
		assertExceeds(zip, CountingAllowance.defaults(), RequestLimit.TENSORS);
		assertThat(NpzReader.read(new ByteArrayInputStream(zip), zip.length, Allowance.UNLIMITED)).hasSize(66_000);
	}

	private static byte[] manyEntries() throws IOException {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
			zip.setLevel(0);
			for (int i = 0; i < 66_000; i++) {
				zip.putNextEntry(new ZipEntry(i + ".npy"));
				zip.write(TWO);
			}
		}
		return out.toByteArray();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void refusesADirectoryOfAnotherCountThanAnnounced(int announced) {
		byte[] zip = new ZipBytes().add(new Entry("a.npy", TWO)).add(new Entry("b.npy", TWO)).end(announced, "");
		assertRefused(zip, Cause.MALFORMED, announced + " entries announced, 2 found");
	}

	@Test
	void refusesALargeDirectoryBeforeItIsRead() {
		byte[] zip = ZipBytes.of(new Entry("n".repeat(60_000) + ".npy", TWO), new Entry("a.npy", TWO));
		assertExceeds(zip, CountingAllowance.defaults().with(RequestLimit.HEADER, 60_000), RequestLimit.HEADER);
	}

	@Test
	void refusesABodyAboveTheLimitBeforeItIsRead() {
		CountingAllowance allowance = CountingAllowance.defaults();
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> NpzReader.read(InputStream.nullInputStream(), 1L << 40, allowance))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(RequestLimit.BODY));
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> NpzReader.read(InputStream.nullInputStream(), 1L << 31, Allowance.UNLIMITED))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(RequestLimit.BODY));
		assertThat(allowance.reserved()).isZero();
	}

	@Test
	void stopsABodyOfUnknownLengthAtTheLimit() {
		InputStream endless = new InputStream() {
			@Override
			public int read() {
				return 0;
			}
		};
		CountingAllowance allowance = CountingAllowance.defaults().with(RequestLimit.BODY, 1_000_000);
		assertThatExceptionOfType(LimitExceededException.class).isThrownBy(() -> NpzReader.read(endless, -1, allowance))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(RequestLimit.BODY));
		assertThat(allowance.reserved()).isLessThan(2_100_000);
	}

	@Test
	void asksForMemoryAsABodyOfUnknownLengthGrows() throws IOException {
		byte[] zip = ZipBytes.of(new Entry("a.npy", Fixtures.npy("|i1", "(200000,)", new byte[200_000])));
		CountingAllowance allowance = CountingAllowance.defaults();
		NpzReader.read(new SlowStream(zip), -1, allowance);
		assertThat(allowance.reserved()).isEqualTo((64 + 128 + 256) * 1024L + 800_000);
		CountingAllowance known = CountingAllowance.defaults();
		NpzReader.read(new SlowStream(zip), zip.length, known);
		assertThat(known.reserved()).isEqualTo(zip.length + 800_000L);
	}

	@Test
	void readsABodyOfUnknownLengthThatFillsItsMemoryExactly() throws IOException {
		byte[] zip = new ZipBytes().add(new Entry("a.npy", TWO)).end(1, "");
		byte[] full = new ZipBytes().add(new Entry("a.npy", TWO)).end(1, "c".repeat(64 * 1024 - zip.length));
		assertThat(full).hasSize(64 * 1024);
		CountingAllowance allowance = CountingAllowance.defaults();
		assertThat(NpzReader.read(new ByteArrayInputStream(full), -1, allowance)).containsOnlyKeys("a");
		assertThat(allowance.reserved()).isEqualTo(64 * 1024 + 8);
	}

	@Test
	void passesOnWhatTheStreamAndTheAllowanceThrow() {
		InputStream broken = new InputStream() {
			@Override
			public int read() throws IOException {
				throw new IOException("connection reset");
			}
		};
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> NpzReader.read(broken, -1, CountingAllowance.defaults()))
			.withMessage("connection reset");
	}

	private static Map<String, FloatTensor> read(byte[] zip) throws IOException {
		return NpzReader.read(new ByteArrayInputStream(zip), zip.length, CountingAllowance.defaults());
	}

	private static void assertExceeds(byte[] zip, Allowance allowance, RequestLimit limit) {
		assertThatExceptionOfType(LimitExceededException.class)
			.isThrownBy(() -> NpzReader.read(new ByteArrayInputStream(zip), zip.length, allowance))
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(limit));
	}

	private static void assertRefused(byte[] zip, Cause cause, String... details) {
		assertRefused(zip, zip.length, CountingAllowance.defaults(), cause, details);
		assertRefused(zip, -1, CountingAllowance.defaults(), cause, details);
	}

	private static void assertRefused(byte[] zip, long length, Allowance allowance, Cause cause, String... details) {
		assertThatExceptionOfType(MalformedInputException.class)
			.isThrownBy(() -> NpzReader.read(new ByteArrayInputStream(zip), length, allowance))
			.satisfies((ex) -> assertThat(ex.cause()).as(ex.getMessage()).isEqualTo(cause))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(details));
	}

}
