package dev.discretizer.codec.nir;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.discretizer.codec.CountingAllowance;
import dev.discretizer.codec.MalformedInputException;
import dev.discretizer.tensor.LimitExceededException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Files that no library writes, laid out by hand: as deep and as long as the format
 * allows.
 */
class HostileFilesTests {

	private static final byte[] SIGNATURE = { (byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };

	private static final int SUPERBLOCK = 96;

	private final CountingAllowance allowance = CountingAllowance.defaults();

	/** What follows the superblock. */
	private final Output body = new Output();

	private long here() {
		return SUPERBLOCK + (long) this.body.size();
	}

	private byte[] file(long root) {
		Output file = new Output().bytes(SIGNATURE).zeros(5).u8(8).u8(8).u8(0).u16(4).u16(16).u32(0);
		file.u64(0).u64(-1).u64(here()).u64(-1).u64(0).u64(root).zeros(24);
		return file.bytes(this.body.toByteArray()).toByteArray();
	}

	/** A group whose links are messages of its header. */
	private long group(List<String> names, List<Long> addresses) {
		Output messages = new Output().u16(2).u16(24).u32(0).u16(0).u64(-1).u64(-1).zeros(6);
		for (int i = 0; i < names.size(); i++) {
			byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
			Output link = new Output().u8(1).u8(0).u8(name.length).bytes(name).u64(addresses.get(i)).align();
			messages.u16(6).u16(link.size()).u32(0).bytes(link.toByteArray());
		}
		return header(messages);
	}

	private long header(Output messages) {
		long address = here();
		this.body.u8(1).u8(0).u16(1).u32(1).u32(messages.size()).zeros(4).bytes(messages.toByteArray());
		return address;
	}

	private long text(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		Output space = new Output().u8(1).zeros(7);
		Output type = new Output().u8(0x13).u8(0).u8(1).u8(0).u32(bytes.length);
		Output layout = new Output().u8(3).u8(0).u16(bytes.length).bytes(bytes).align();
		Output messages = new Output();
		messages.u16(1).u16(space.size()).u32(0).bytes(space.toByteArray());
		messages.u16(3).u16(type.size()).u32(0).bytes(type.toByteArray());
		messages.u16(8).u16(layout.size()).u32(0).bytes(layout.toByteArray());
		return header(messages);
	}

	private byte[] network(long nodes) {
		long graph = group(List.of("type", "nodes"), List.of(text("NIRGraph"), nodes));
		return file(group(List.of("node"), List.of(graph)));
	}

	@Test
	void refusesAHundredThousandGroups() {
		List<String> names = new ArrayList<>();
		List<Long> addresses = new ArrayList<>();
		for (int i = 0; i < 100_000; i++) {
			names.add("g" + i);
			addresses.add(group(List.of(), List.of()));
		}
		byte[] file = network(group(names, addresses));
		assertThatThrownBy(() -> NirFiles.read(file, this.allowance)).isInstanceOf(LimitExceededException.class)
			.hasMessageContaining("100000");
		assertThat(this.allowance.reserved()).isLessThan(10L * file.length);
	}

	@Test
	void doesNotDescendIntoNestedGroups() {
		long inner = group(List.of(), List.of());
		for (int i = 0; i < 100_000; i++) {
			inner = group(List.of("inner"), List.of(inner));
		}
		long node = group(List.of("type", "nodes"), List.of(text("NIRGraph"), inner));
		byte[] file = network(group(List.of("deep"), List.of(node)));
		assertThatThrownBy(() -> NirFiles.read(file, this.allowance)).isInstanceOf(MalformedInputException.class)
			.hasMessageContaining("type");
		assertThat(this.allowance.reserved()).isLessThan(file.length + 100_000L);
	}

	@Test
	void refusesGraphsThatAreNestedTooDeep() {
		long nodes = group(List.of(), List.of());
		for (int i = 0; i < 1000; i++) {
			long graph = group(List.of("type", "nodes"), List.of(text("NIRGraph"), nodes));
			nodes = group(List.of("deep"), List.of(graph));
		}
		byte[] file = network(nodes);
		assertThatThrownBy(() -> NirFiles.read(file, this.allowance)).isInstanceOf(MalformedInputException.class)
			.hasMessageContaining("nested more than 64 deep");
	}

	@Test
	void readsAHeaderOfAHundredThousandBlocks() {
		long next = here();
		for (int i = 0; i < 100_000; i++) {
			long block = here();
			this.body.u16(0x10).u16(16).u32(0).u64(next).u64((i == 0) ? 0 : 24);
			next = block;
		}
		long root = header(new Output().u16(0x10).u16(16).u32(0).u64(next).u64(24));
		byte[] file = file(root);
		assertThatThrownBy(() -> NirFiles.read(file, this.allowance)).isInstanceOf(MalformedInputException.class)
			.hasMessageContaining("no message of type");
		assertThat(this.allowance.reserved()).isLessThan(10L * file.length);
	}

	/** A B-tree's level is one byte. */
	@Test
	void readsABTreeOfAllLevels() {
		long names = here();
		this.body.ascii("\0\0\0\0\0\0\0\0");
		long heap = here();
		this.body.ascii("HEAP").zeros(4).u64(8).u64(1).u64(names);
		long child = here();
		this.body.ascii("SNOD").u8(1).u8(0).u16(0);
		for (int level = 0; level < 256; level++) {
			long node = here();
			this.body.ascii("TREE").u8(0).u8(level).u16(1).u64(-1).u64(-1).u64(0).u64(child).u64(0);
			child = node;
		}
		byte[] file = file(header(new Output().u16(0x11).u16(16).u32(0).u64(child).u64(heap)));
		assertThatThrownBy(() -> NirFiles.read(file, this.allowance)).isInstanceOf(MalformedInputException.class)
			.hasMessageContaining("group node is missing");
	}

}
