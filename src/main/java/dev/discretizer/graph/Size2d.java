package dev.discretizer.graph;

/**
 * Two numbers that belong to the two axes of an image: a kernel size, a stride, a padding
 * or a dilation.
 *
 * @param height along the rows
 * @param width along the columns
 */
public record Size2d(int height, int width) {

	@Override
	public String toString() {
		return this.height + "x" + this.width;
	}

}
