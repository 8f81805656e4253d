package dev.discretizer.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Gives as many layers as possible a core of their own: a bipartite matching by
 * augmenting paths. Sets of cores are bits of an int. Deterministic: layers are placed in
 * their order, each on the first core that is free or can be freed.
 *
 * <p>
 * Source: H. Kuhn, The Hungarian method for the assignment problem, 1955; P. Hall, On
 * representatives of subsets, 1935.
 */
final class Matching {

	static final int NO_CORE = -1;

	/** The cores that each layer fits on. */
	private final int[] fits;

	private final int[] coreOf;

	private final int[] layerOn;

	/** The cores visited by the current search. */
	private int asked;

	private Matching(int[] fits, int cores) {
		this.fits = fits;
		this.coreOf = new int[fits.length];
		Arrays.fill(this.coreOf, NO_CORE);
		this.layerOn = new int[cores];
		Arrays.fill(this.layerOn, -1);
	}

	/** A maximum matching. */
	static Matching of(List<ChipLayer> layers, List<Core> cores) {
		assert cores.size() < Integer.SIZE;
		Matching matching = new Matching(layers.stream().mapToInt((layer) -> fits(layer, cores)).toArray(),
				cores.size());
		for (int layer = 0; layer < matching.fits.length; layer++) {
			matching.asked = 0;
			matching.place(layer);
		}
		return matching;
	}

	private static int fits(ChipLayer layer, List<Core> cores) {
		return where(cores, Core::kernelMemory, layer.kernelMemory())
				& where(cores, Core::neuronMemory, layer.neuronMemory())
				& where(cores, Core::biasMemory, layer.biasMemory());
	}

	/** The cores with at least this much of a memory. */
	static int where(List<Core> cores, ToIntFunction<Core> memory, long needs) {
		int fitting = 0;
		for (Core core : cores) {
			if (needs <= memory.applyAsInt(core)) {
				fitting |= 1 << core.index();
			}
		}
		return fitting;
	}

	/** Places a layer, moving others if need be; false if there is no place. */
	private boolean place(int layer) {
		for (int core = 0; core < this.layerOn.length; core++) {
			if ((this.fits[layer] & ~this.asked & 1 << core) == 0) {
				continue;
			}
			this.asked |= 1 << core;
			if (this.layerOn[core] < 0 || place(this.layerOn[core])) {
				this.layerOn[core] = layer;
				this.coreOf[layer] = core;
				return true;
			}
		}
		return false;
	}

	/** The layer's core, or {@link #NO_CORE}. */
	int core(int layer) {
		return this.coreOf[layer];
	}

	/** Whether some core can hold the layer, free or not. */
	boolean fitsAnywhere(int layer) {
		return this.fits[layer] != 0;
	}

	boolean isComplete() {
		return Arrays.stream(this.coreOf).noneMatch((core) -> core == NO_CORE);
	}

	/**
	 * Disjoint sets of cores, each smaller than the set of layers that fit on no other
	 * cores (Hall's condition); empty if every layer that fits anywhere has a core.
	 */
	List<Integer> contested() {
		List<Integer> sets = new ArrayList<>();
		for (int layer = 0; layer < this.fits.length; layer++) {
			if (this.coreOf[layer] == NO_CORE && fitsAnywhere(layer)) {
				merge(sets, closure(this.fits[layer]));
			}
		}
		return sets;
	}

	/** The cores reachable from these by moving layers. */
	private int closure(int cores) {
		int reached = 0;
		int next = cores;
		while (next != reached) {
			reached = next;
			for (int core = 0; core < this.layerOn.length; core++) {
				if ((reached & 1 << core) != 0 && this.layerOn[core] >= 0) {
					next |= this.fits[this.layerOn[core]];
				}
			}
		}
		return reached;
	}

	private static void merge(List<Integer> sets, int cores) {
		int merged = cores;
		for (int i = sets.size() - 1; i >= 0; i--) {
			if ((sets.get(i) & merged) != 0) {
				merged |= sets.remove(i);
			}
		}
		sets.add(merged);
	}

	/** The layers that fit on these cores, and on no others. */
	int[] confinedTo(int cores) {
		return IntStream.range(0, this.fits.length)
			.filter((layer) -> fitsAnywhere(layer) && (this.fits[layer] & ~cores) == 0)
			.toArray();
	}

}
