package dev.discretizer.budget;

/**
 * How the heap is shared out, so that all of it together never runs over: <pre>
 * heap = base + (requests + connections * connection + readers * reader) / share
 * </pre>
 *
 * What the share leaves is for garbage. In a small heap there are fewer connections than
 * wished for, as they may take half of the share at most.
 *
 * <p>
 * The figures were measured in a heap of 512 MiB, after a collection, over 600 and 1900
 * connections of each kind; LoadIT measures them again.
 *
 * @param requests what all requests together may hold, in bytes
 * @param connections how many may be open at once
 */
public record HeapPlan(long requests, int connections) {

	/**
	 * What the service holds when nobody asks anything, in bytes: 25 MiB at first, 45
	 * after a rush, of which Tomcat keeps some buffers.
	 */
	public static final long BASE = 56 << 20;

	/**
	 * What a connection holds with half a head, in bytes: Tomcat's buffers for reading,
	 * writing and headers. Measured 44 to 57 KiB; one that is idle after an answer holds
	 * 18.
	 */
	public static final long CONNECTION = 56 << 10;

	/**
	 * What a connection holds beyond that once a thread serves it, in bytes: the buffers
	 * of the servlet's side, and the start of its body, which is read before memory is
	 * reserved. Measured 57 to 60 KiB.
	 */
	public static final long READER = 64 << 10;

	private static final int CONNECTIONS_PART = 2;

	/**
	 * Shares out a heap.
	 * @param heap its size in bytes
	 * @param share of what the service leaves of it, above 0, at most 1
	 * @param maxConnections how many connections are wished for; below 0 as many as fit
	 * @param threads how many requests are served at once
	 */
	public static HeapPlan of(long heap, double share, int maxConnections, int threads) {
		long shared = (long) (Math.max(0, heap - BASE) * share);
		long wished = (maxConnections < 0) ? Integer.MAX_VALUE : maxConnections;
		long connections = Math.min(wished, fitting(shared / CONNECTIONS_PART, threads));
		long held = connections * CONNECTION + Math.min(connections, threads) * READER;
		return new HeapPlan(shared - held, (int) connections);
	}

	/**
	 * How many connections fit into so many bytes, each with a thread while there are
	 * some.
	 */
	private static long fitting(long bytes, int threads) {
		long withThread = bytes / (CONNECTION + READER);
		return (withThread <= threads) ? withThread : (bytes - threads * READER) / CONNECTION;
	}

}
